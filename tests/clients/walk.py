"""What the steps of the walk-through share: the client, the names, and the calls that occur in many of them."""

import yaml

from registration import register
from waiting import until

ROLE = "arn:aws:iam::123456789012:role/proton"
CONNECTION = "arn:aws:codestar-connections:us-east-1:123456789012:connection/0a1b2c3d-0000-1111-2222-333344445555"
ENVIRONMENT_SPEC = "proton: EnvironmentSpec\nspec:\n  stage: staging\n"
CURRENT = '"${Proton::CURRENT_VAL}"'


class Walk:
    """A client, the AWS behind the engine, and the names that this walk uses."""

    def __init__(self, client, s3, cloudformation):
        self.client, self.s3, self.cloudformation = client, s3, cloudformation
        self.call, self.refused, self.wait, self.pages = client.call, client.refused, client.wait, client.pages
        self.template = f"{client.name}-team"
        # The engine's script makes updates of an environment with such a name slow.
        self.environment = f"{client.name}-walk-slow"
        self.service_template = f"{client.name}-worker"
        self.service = f"{client.name}-orders"
        self.component = f"{client.name}-uploads"
        self.fragile = f"{client.name}-fragile"

    def register(self, kind, template, body, **members):
        """A version out of S3, published; its number."""
        return register(self.client, self.s3, kind, template, body, **members)

    def register_service(self, body, **members):
        members["compatibleEnvironmentTemplates"] = [{"templateName": self.template, "majorVersion": "1"}]
        members["supportedComponentSources"] = ["DIRECTLY_DEFINED"]
        return self.register("service", self.service_template, body, **members)

    def get_environment(self):
        return self.call("get_environment", name=self.environment)["environment"]

    def get_service(self):
        return self.call("get_service", name=self.service)["service"]

    def get_instance(self, name):
        return self.call("get_service_instance", serviceName=self.service, name=name)["serviceInstance"]

    def instance_names(self):
        listed = self.pages("list_service_instances", "serviceInstances", serviceName=self.service)
        return [instance["name"] for instance in listed]

    def update_instance(self, name, kind, **members):
        """Deploys an instance and waits; the new deployment's id."""
        call = {"serviceName": self.service, "name": name, "deploymentType": kind}
        begun = self.call("update_service_instance", **call, **members)["serviceInstance"]
        assert begun["deploymentStatus"] == "IN_PROGRESS"
        self.wait("service_instance_deployed", serviceName=self.service, name=name)
        return begun["lastAttemptedDeploymentId"]

    def outputs(self, kind, **members):
        listed = self.call(f"list_{kind}_outputs", **members)["outputs"]
        return {output["key"]: output["valueString"] for output in listed}

    def instance_outputs(self, name, **members):
        return self.outputs("service_instance", serviceName=self.service, serviceInstanceName=name, **members)

    def rendered(self, kind, **members):
        """The template that the stack has now."""
        (stack,) = self.call(f"list_{kind}_provisioned_resources", **members)["provisionedResources"]
        return self.cloudformation.get_template(StackName=stack["name"])["TemplateBody"]

    def container(self, instance):
        """The container in the template that the instance's stack has now."""
        template = self.rendered("service_instance", serviceName=self.service, serviceInstanceName=instance)
        return yaml.safe_load(template)["Resources"]["Task"]["Properties"]["ContainerDefinitions"][0]

    def spec(self, *instances, pipeline=CURRENT, environment=None):
        """A ServiceSpec; an instance is its name and image."""
        environment = environment or self.environment
        text = f"proton: ServiceSpec\npipeline:\n  command: {pipeline}\ninstances:\n"
        for name, image in instances:
            text += f"- name: {name}\n  environment: {environment}\n  spec:\n    image: {image}\n"
        return text

    def settled(self, environment):
        """The environment, once no deployment of it runs."""

        def look():
            found = self.call("get_environment", name=environment)["environment"]
            return None if found["deploymentStatus"] in ("IN_PROGRESS", "CANCELLING") else found

        return until(look, seconds=120)

    def gone(self, environment):
        """Waits until the environment is deleted; there is no waiter for that."""

        def look():
            listed = self.pages("list_environments", "environments")
            return environment not in [found["name"] for found in listed]

        until(look, seconds=120)
        assert self.refused("get_environment", name=environment)[0] == "ResourceNotFoundException"
