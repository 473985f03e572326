"""The twelfth step of the walk-through: what failed says why, can be repaired by an update, and can be deleted."""

import walk_bundles as bundles
from walk import ENVIRONMENT_SPEC


def step_12_what_failed_is_repaired_and_deleted(walk):
    for failing in (failing_environment, failing_service, leave):
        failing(walk)


def failing_environment(walk):
    """CloudFormation refuses the first version, the third does not render: each is repaired by the one that follows it."""
    name, template = walk.fragile, walk.fragile
    versions = (bundles.ENVIRONMENT_WITHOUT_OUTPUTS, bundles.ENVIRONMENT, bundles.ENVIRONMENT_MISSPELT, bundles.ENVIRONMENT_WITH_QUEUE)
    walk.call("create_environment_template", name=template)
    walk.register("environment", template, bundles.environment(versions[0]))
    created = {"name": name, "templateName": template, "templateMajorVersion": "1", "spec": ENVIRONMENT_SPEC}
    walk.call("create_environment", **created)
    walk.client.wait_fails("environment_deployed", name=name)
    failed = walk.call("get_environment", name=name)["environment"]
    assert "'null' values are not allowed in templates" in failed["deploymentStatusMessage"]
    assert "templateMinorVersion" not in failed and "lastSucceededDeploymentId" not in failed
    for minor, version in enumerate(versions[1:], start=1):
        walk.register("environment", template, bundles.environment(version), majorVersion="1")
        walk.call("update_environment", name=name, deploymentType="MINOR_VERSION")
        if version is bundles.ENVIRONMENT_MISSPELT:
            walk.client.wait_fails("environment_deployed", name=name)
            failed = walk.call("get_environment", name=name)["environment"]
            assert_names(failed["deploymentStatusMessage"], "infrastructure/cloudformation.yaml", "stagge")
            assert failed["templateMinorVersion"] == "1", "what was deployed before is still shown"
        else:
            walk.wait("environment_deployed", name=name)
            assert walk.call("get_environment", name=name)["environment"]["templateMinorVersion"] == str(minor)


def failing_service(walk):
    """First the instance does not render, then the pipeline; version 1.2 repairs both, and the service can be deleted."""
    name, template = walk.fragile, f"{walk.fragile}-service"
    compatible = [{"templateName": walk.fragile, "majorVersion": "1"}]
    of = {"serviceName": name, "name": "one"}
    walk.call("create_service_template", name=template)

    def register(body, **members):
        walk.register("service", template, body, compatibleEnvironmentTemplates=compatible, **members)

    register(bundles.service(instance=bundles.INSTANCE_MISSPELT))
    spec = walk.spec(("one", "app:1"), environment=name, pipeline="make")
    walk.call("create_service", name=name, templateName=template, templateMajorVersion="1", spec=spec)
    walk.client.wait_fails("service_created", name=name)
    instance = walk.call("get_service_instance", **of)["serviceInstance"]
    assert_names(instance["deploymentStatusMessage"], "instance_infrastructure/cloudformation.yaml", "imagge")
    assert instance["deploymentStatus"] == "FAILED" and "templateMinorVersion" not in instance
    pipeline = walk.call("get_service", name=name)["service"]["pipeline"]
    assert_names(pipeline["deploymentStatusMessage"], instance["arn"], "failed to deploy - canceling pipeline deployment")

    register(bundles.service(pipeline=bundles.PIPELINE_MISSPELT), majorVersion="1")
    walk.call("update_service_instance", **of, deploymentType="MINOR_VERSION")
    walk.wait("service_instance_deployed", **of)
    update = {"serviceName": name, "deploymentType": "MINOR_VERSION", "spec": spec}
    walk.call("update_service_pipeline", **update)
    walk.client.wait_fails("service_pipeline_deployed", name=name)
    pipeline = walk.call("get_service", name=name)["service"]["pipeline"]
    assert_names(pipeline["deploymentStatusMessage"], "pipeline_infrastructure/cloudformation.yaml", "comand")

    register(bundles.service(), majorVersion="1")
    walk.call("update_service_pipeline", **update)
    walk.wait("service_pipeline_deployed", name=name)
    assert walk.outputs("service_pipeline", serviceName=name) == {"Command": "make", "Instances": "one=app:1 "}


def leave(walk):
    walk.call("delete_service", name=walk.fragile)
    walk.wait("service_deleted", name=walk.fragile)
    walk.call("delete_environment", name=walk.fragile)
    walk.gone(walk.fragile)


def assert_names(message, *words):
    for word in words:
        assert word in message, f"{word!r} is not in {message!r}"
