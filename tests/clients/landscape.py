"""Two of everything that the API lists, deployed: what the waiters and paginators are tried on."""

import walk_bundles as bundles
from processes import ACCOUNT
from registration import register

ENVIRONMENT_SPEC = "proton: EnvironmentSpec\nspec:\n  stage: staging\n"
ENVIRONMENT_TEMPLATES = ("land-team", "land-team-two")
SERVICE_TEMPLATES = ("land-worker", "land-worker-two")
ENVIRONMENTS = ("land-one", "land-two")
SERVICES = {"land-shop": ("a", "b"), "land-empty": ()}
COMPONENTS = ("land-files", "land-more-files")
REPOSITORIES = ("acme/land", "acme/land-two")
CONNECTION = f"arn:aws:codestar-connections:us-east-1:{ACCOUNT}:connection/1"


def spec(*instances, environment=ENVIRONMENTS[0]):
    text = "proton: ServiceSpec\npipeline: {command: make}\ninstances:" + ("\n" if instances else " []\n")
    for name in instances:
        text += f"- {{name: {name}, environment: {environment}, spec: {{image: 'app:1'}}}}\n"
    return text


def build(client, s3):
    templates(client, s3)
    links(client)
    for name in ENVIRONMENTS:
        create_environment(client, name)
    for name in ENVIRONMENTS:
        client.wait("environment_deployed", name=name)
    for name in COMPONENTS:
        client.call("create_component", name=name, environmentName=ENVIRONMENTS[0], **component())
    for name, instances in SERVICES.items():
        create_service(client, name, *instances)
    for name in SERVICES:
        client.wait("service_created", name=name)
    for name in COMPONENTS:
        client.wait("component_deployed", name=name)


def templates(client, s3):
    """Two versions of the first template of each kind, and a second one without versions."""
    compatible = {"compatibleEnvironmentTemplates": [{"templateName": ENVIRONMENT_TEMPLATES[0], "majorVersion": "1"}]}
    for kind, names, body, members in (
        ("environment", ENVIRONMENT_TEMPLATES, bundles.environment(), {}),
        ("service", SERVICE_TEMPLATES, bundles.service(), compatible),
    ):
        for name in names:
            client.call(f"create_{kind}_template", name=name)
        register(client, s3, kind, names[0], body, **members)
        register(client, s3, kind, names[0], body, majorVersion="1", **members)


def links(client):
    """Two linked repositories, one of which two templates are synced from, and two connections between accounts."""
    for name in REPOSITORIES:
        client.call("create_repository", name=name, provider="GITHUB", connectionArn=CONNECTION)
    source = {"repositoryProvider": "GITHUB", "repositoryName": REPOSITORIES[0], "branch": "main"}
    for name in ENVIRONMENT_TEMPLATES:
        client.call("create_template_sync_config", templateName=name, templateType="ENVIRONMENT", **source)
    for name in ENVIRONMENTS:
        client.call("create_environment_account_connection", managementAccountId=ACCOUNT, environmentName=name)


def create_environment(client, name):
    version = {"templateName": ENVIRONMENT_TEMPLATES[0], "templateMajorVersion": "1"}
    client.call("create_environment", name=name, spec=ENVIRONMENT_SPEC, **version)


def create_service(client, name, *instances):
    version = {"templateName": SERVICE_TEMPLATES[0], "templateMajorVersion": "1"}
    client.call("create_service", name=name, spec=spec(*instances), **version)


def component():
    return {"manifest": bundles.COMPONENT_MANIFEST, "templateFile": bundles.COMPONENT}
