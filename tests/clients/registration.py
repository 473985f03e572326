"""Registers template versions from S3, as the guide's scripts do."""

import uuid

BUCKET = "registered-templates"


def create_version(client, s3, kind, template, body, **members):
    """Uploads the bundle and asks for a version of it; the members that name that version."""
    key = f"{template}/{uuid.uuid4()}.tar.gz"
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    source = {"s3": {"bucket": BUCKET, "key": key}}
    created = client.call(f"create_{kind}_template_version", templateName=template, source=source, **members)
    version = created[f"{kind}TemplateVersion"]
    assert version["status"] == "REGISTRATION_IN_PROGRESS" and "schema" not in version
    return {"templateName": template, **{name: version[name] for name in ("majorVersion", "minorVersion")}}


def register(client, s3, kind, template, body, **members):
    """The same, and waits and publishes; the version's number."""
    part = create_version(client, s3, kind, template, body, **members)
    client.wait(f"{kind}_template_version_registered", **part)
    published = client.call(f"update_{kind}_template_version", **part, status="PUBLISHED")[f"{kind}TemplateVersion"]
    assert published["status"] == "PUBLISHED" and published["schema"]
    return f"{part['majorVersion']}.{part['minorVersion']}"
