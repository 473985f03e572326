"""The life of a platform in twelve steps, as the getting-started and component pages of the AWS Proton User Guide walk it.

A step is a function of the walk and stands on those before it; `STEPS` has them in the order in which they are made. The
twelfth has a file of its own.
"""

import walk_bundles as bundles
from walk import CONNECTION, CURRENT, ENVIRONMENT_SPEC, ROLE
from walk_failures import step_12_what_failed_is_repaired_and_deleted


def step_1_an_environment_template_is_registered_and_published(walk):
    walk.call("create_environment_template", name=walk.template, displayName="Team")
    assert walk.register("environment", walk.template, bundles.environment()) == "1.0"
    template = walk.call("get_environment_template", name=walk.template)["environmentTemplate"]
    assert template["recommendedVersion"] == "1.0"


def step_2_an_environment_is_deployed(walk):
    created = walk.call(
        "create_environment",
        name=walk.environment,
        templateName=walk.template,
        templateMajorVersion="1",
        spec=ENVIRONMENT_SPEC,
        protonServiceRoleArn=ROLE,
        componentRoleArn=ROLE,
    )["environment"]
    assert created["deploymentStatus"] == "IN_PROGRESS" and "lastSucceededDeploymentId" not in created
    walk.wait("environment_deployed", name=walk.environment)
    environment = walk.get_environment()
    assert environment["spec"] == ENVIRONMENT_SPEC
    assert (environment["templateMajorVersion"], environment["templateMinorVersion"]) == ("1", "0")
    outputs = walk.outputs("environment", environmentName=walk.environment)
    assert outputs["Stage"] == "staging" and outputs["TopicArn"].startswith("arn:aws:sns:")
    (listed,) = walk.pages("list_deployments", "deployments", environmentName=walk.environment)
    assert listed["id"] == created["lastAttemptedDeploymentId"] == environment["lastSucceededDeploymentId"]
    deployment = walk.call("get_deployment", id=listed["id"])["deployment"]
    assert deployment["deploymentStatus"] == "SUCCEEDED"
    assert "initialState" not in deployment
    assert deployment["targetState"]["environment"]["spec"] == ENVIRONMENT_SPEC


def step_3_a_service_with_a_pipeline_is_created(walk):
    walk.call("update_account_settings", pipelineServiceRoleArn=ROLE)
    walk.call("create_service_template", name=walk.service_template, displayName="Worker")
    assert walk.register_service(bundles.service()) == "1.0"
    created = walk.call(
        "create_service",
        name=walk.service,
        templateName=walk.service_template,
        templateMajorVersion="1",
        spec=walk.spec(("dev", "app:1"), ("spare", "app:1"), pipeline="make all"),
        repositoryConnectionArn=CONNECTION,
        repositoryId="acme/orders",
        branchName="main",
    )["service"]
    assert created["status"] == "CREATE_IN_PROGRESS" and "pipeline" not in created
    walk.wait("service_created", name=walk.service)
    walk.wait("service_pipeline_deployed", name=walk.service)
    service = walk.get_service()
    assert service["status"] == "ACTIVE"
    assert service["pipeline"]["deploymentStatus"] == "SUCCEEDED"


def step_4_outputs_and_resources_are_listed(walk):
    outputs = walk.instance_outputs("dev")
    topic = walk.outputs("environment", environmentName=walk.environment)["TopicArn"]
    assert outputs == {"Image": "app:1", "Topic": topic}
    pipeline = walk.outputs("service_pipeline", serviceName=walk.service)
    assert pipeline == {"Command": "make all", "Instances": "dev=app:1 spare=app:1 "}
    listed = walk.call("list_service_instance_provisioned_resources", serviceName=walk.service, serviceInstanceName="dev")
    (stack,) = listed["provisionedResources"]
    assert stack["provisioningEngine"] == "CLOUDFORMATION"
    assert f":stack/{stack['name']}/" in stack["identifier"] and stack["name"].startswith("AWSProton-")
    assert walk.container("dev")["Image"] == "app:1"


def step_5_instances_are_updated_to_a_minor_version(walk):
    before = {name: walk.get_instance(name) for name in ("dev", "spare")}
    assert walk.register_service(bundles.service(bundles.INSTANCE_WITH_MEMORY), majorVersion="1") == "1.1"
    for name, instance in before.items():
        assert walk.get_instance(name)["templateMinorVersion"] == "0", "publishing deploys nothing"
        second, first = walk.update_instance(name, "MINOR_VERSION"), instance["lastSucceededDeploymentId"]
        instance = walk.get_instance(name)
        assert (instance["templateMajorVersion"], instance["templateMinorVersion"]) == ("1", "1")
        named = {"serviceName": walk.service, "serviceInstanceName": name}
        listed = walk.pages("list_deployments", "deployments", **named)
        assert [deployment["id"] for deployment in listed] == [second, first]
        deployment = walk.call("get_deployment", id=second)["deployment"]
        assert deployment["initialState"]["serviceInstance"]["templateMinorVersion"] == "0"
        assert deployment["targetState"]["serviceInstance"]["templateMinorVersion"] == "1"
    # moto keeps the outputs that a stack was created with: only those of the simulated update are new.
    old, new = (walk.instance_outputs("spare", deploymentId=id) for id in (first, second))
    assert "Memory" not in old and new == {**old, "Memory": "256"}
    assert walk.instance_outputs("spare") == new
    rendered = walk.rendered("service_instance", serviceName=walk.service, serviceInstanceName="dev")
    assert 'Memory: {Value: "256"}' in rendered


def step_6_one_instance_is_added_and_one_removed(walk):
    before = walk.get_service()["pipeline"]
    names = walk.instance_names()
    assert names == ["dev", "spare"]
    spec = walk.spec(("dev", CURRENT), ("prod", "app:2"))
    assert walk.call("update_service", name=walk.service, spec=spec)["service"]["status"] == "UPDATE_IN_PROGRESS"
    walk.wait("service_updated", name=walk.service)
    now = walk.instance_names()
    assert now == ["dev", "prod"] and len(now) == len(names)
    service = walk.get_service()
    assert service["status"] == "ACTIVE" and "CURRENT_VAL" not in service["spec"]
    pipeline = service["pipeline"]
    assert pipeline["deploymentStatus"] == "SUCCEEDED"
    assert pipeline["lastSucceededDeploymentId"] != before["lastSucceededDeploymentId"]
    rendered = walk.rendered("service_pipeline", serviceName=walk.service)
    assert 'Command: {Value: "make all"}' in rendered and 'Instances: {Value: "dev=app:1 prod=app:2 "}' in rendered


def step_7_a_component_is_attached_and_used(walk):
    created = walk.call(
        "create_component",
        name=walk.component,
        manifest=bundles.COMPONENT_MANIFEST,
        templateFile=bundles.COMPONENT,
        serviceName=walk.service,
        serviceInstanceName="dev",
        serviceSpec=walk.spec(("dev", "app:1"), pipeline="make"),
    )["component"]
    assert created["environmentName"] == walk.environment
    walk.wait("component_deployed", name=walk.component)
    outputs = walk.outputs("component", componentName=walk.component)
    assert list(outputs) == ["UploadsBucket"]
    assert "Environment" not in walk.container("dev"), "attaching does not deploy the instance"
    id = walk.update_instance("dev", "CURRENT_VERSION")
    variables = [{"Name": key, "Value": value} for key, value in outputs.items()]
    assert walk.container("dev")["Environment"] == variables
    state = walk.call("get_deployment", id=id)["deployment"]["targetState"]["serviceInstance"]
    component = walk.call("get_component", name=walk.component)["component"]
    assert state["lastSuccessfulComponentDeploymentIds"] == [component["lastSucceededDeploymentId"]]
    assert state["lastSuccessfulEnvironmentDeploymentId"] == walk.get_environment()["lastSucceededDeploymentId"]


def step_8_the_component_is_detached_and_deleted(walk):
    code, message = walk.refused("delete_component", name=walk.component)
    assert code == "ConflictException" and "attached" in message
    detached = walk.call(
        "update_component", name=walk.component, deploymentType="CURRENT_VERSION", serviceName="", serviceInstanceName=""
    )["component"]
    assert not detached.get("serviceName") and not detached.get("serviceInstanceName")
    walk.wait("component_deployed", name=walk.component)
    walk.update_instance("dev", "CURRENT_VERSION")
    assert "Environment" not in walk.container("dev")
    deleting = walk.call("delete_component", name=walk.component)["component"]
    assert deleting["deploymentStatus"] == "DELETE_IN_PROGRESS"
    walk.wait("component_deleted", name=walk.component)
    assert walk.call("delete_component", name=walk.component) == {}


def step_9_a_slow_update_is_cancelled(walk):
    outputs = walk.outputs("environment", environmentName=walk.environment)
    before = walk.get_environment()
    assert walk.register("environment", walk.template, bundles.environment(bundles.ENVIRONMENT_WITH_QUEUE), majorVersion="1") == "1.1"
    spec = ENVIRONMENT_SPEC.replace("staging", "development")
    begun = walk.call("update_environment", name=walk.environment, deploymentType="MINOR_VERSION", spec=spec)["environment"]
    assert begun["deploymentStatus"] == "IN_PROGRESS"
    cancelling = walk.call("cancel_environment_deployment", environmentName=walk.environment)["environment"]
    assert cancelling["deploymentStatus"] == "CANCELLING"
    after = walk.settled(walk.environment)
    assert after["deploymentStatus"] == "CANCELLED"
    assert after["deploymentStatusMessage"].startswith("User initiated cancellation.")
    assert after["lastAttemptedDeploymentId"] == begun["lastAttemptedDeploymentId"]
    kept = ("spec", "templateMajorVersion", "templateMinorVersion", "lastSucceededDeploymentId", "lastDeploymentSucceededAt")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert walk.outputs("environment", environmentName=walk.environment) == outputs


def step_11_a_version_that_only_the_pipeline_uses_stays(walk):
    part = {"templateName": walk.service_template, "majorVersion": "1", "minorVersion": "0"}
    versions = {name: walk.get_instance(name)["templateMinorVersion"] for name in walk.instance_names()}
    assert versions == {"dev": "1", "prod": "1"}
    pipeline = walk.get_service()["pipeline"]
    assert pipeline["templateMinorVersion"] == "0"
    code, message = walk.refused("delete_service_template_version", **part)
    assert code == "ConflictException" and pipeline["arn"] in message
    walk.call("update_service_pipeline", serviceName=walk.service, deploymentType="MINOR_VERSION", spec=walk.get_service()["spec"])
    walk.wait("service_pipeline_deployed", name=walk.service)
    assert walk.get_service()["pipeline"]["templateMinorVersion"] == "1"
    assert walk.call("delete_service_template_version", **part)["serviceTemplateVersion"]["minorVersion"] == "0"
    assert walk.call("delete_service_template_version", **part) == {}


def step_10_everything_is_deleted(walk):
    code, message = walk.refused("delete_environment", name=walk.environment)
    assert code == "ConflictException" and walk.service in message
    assert walk.call("delete_service", name=walk.service)["service"]["status"] == "DELETE_IN_PROGRESS"
    walk.wait("service_deleted", name=walk.service)
    assert walk.refused("get_service", name=walk.service)[0] == "ResourceNotFoundException"
    deleting = walk.call("delete_environment", name=walk.environment)["environment"]
    assert deleting["deploymentStatus"] == "DELETE_IN_PROGRESS"
    walk.gone(walk.environment)
    assert walk.call("delete_environment", name=walk.environment) == {}
    assert walk.call("delete_service", name=walk.service) == {}


STEPS = (
    step_1_an_environment_template_is_registered_and_published,
    step_2_an_environment_is_deployed,
    step_3_a_service_with_a_pipeline_is_created,
    step_4_outputs_and_resources_are_listed,
    step_5_instances_are_updated_to_a_minor_version,
    step_6_one_instance_is_added_and_one_removed,
    step_7_a_component_is_attached_and_used,
    step_8_the_component_is_detached_and_deleted,
    step_9_a_slow_update_is_cancelled,
    # Step 10 deletes the service that step 11 needs.
    step_11_a_version_that_only_the_pipeline_uses_stays,
    step_10_everything_is_deleted,
    step_12_what_failed_is_repaired_and_deleted,
)
