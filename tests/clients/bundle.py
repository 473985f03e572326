"""Packs template bundles as people's scripts do: `tar -zcf`, with a folder at the top."""

import io
import pathlib
import tarfile

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "bundles" / "team-environment"


def archive(files):
    """A gzip'd tar of path → text."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for path, text in files.items():
            body = text.encode()
            info = tarfile.TarInfo(f"bundle/{path}")
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return buffer.getvalue()


def packed(folder=EXAMPLE, replace=()):
    """The folder, packed; `replace` is (file, old text, new text) edits made on the way."""
    files = {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}
    for file, old, new in replace:
        assert old in files[file], f"{old!r} is not in {file}"
        files[file] = files[file].replace(old, new)
    return archive(files)


MANIFEST = """\
infrastructure:
  templates:
    - file: "cloudformation.yaml"
      rendering_engine: jinja
      template_language: cloudformation
"""


def environment_bundle(schema, template):
    return archive(
        {
            "schema/schema.yaml": schema,
            "infrastructure/manifest.yaml": MANIFEST,
            "infrastructure/cloudformation.yaml": template,
        }
    )


def service_bundle(schema, instance, pipeline):
    return archive(
        {
            "schema/schema.yaml": schema,
            "instance_infrastructure/manifest.yaml": MANIFEST,
            "instance_infrastructure/cloudformation.yaml": instance,
            "pipeline_infrastructure/manifest.yaml": MANIFEST,
            "pipeline_infrastructure/cloudformation.yaml": pipeline,
        }
    )
