"""Every waiter that the API model has: it ends at the success and at the failure that it is made for."""

import pytest

import landscape as land
import walk_bundles as bundles
from registration import create_version

SHOP = {"name": "land-shop"}
VERSION = {"majorVersion": "1", "minorVersion": "0"}

# What the landscape has already.
SUCCEEDED = {
    "component_deployed": {"name": land.COMPONENTS[0]},
    "environment_deployed": {"name": land.ENVIRONMENTS[0]},
    "environment_template_version_registered": {"templateName": land.ENVIRONMENT_TEMPLATES[0], **VERSION},
    "service_created": SHOP,
    "service_instance_deployed": {"serviceName": "land-shop", "name": "a"},
    "service_pipeline_deployed": SHOP,
    "service_template_version_registered": {"templateName": land.SERVICE_TEMPLATES[0], **VERSION},
}


@pytest.mark.parametrize("waiter", SUCCEEDED)
def test_a_waiter_ends_when_it_is_so(landscape, waiter):
    landscape.wait(waiter, **SUCCEEDED[waiter])


def test_the_waiters_of_changes_end_when_they_are_made(landscape):
    land.create_service(landscape, "land-brief", "one")
    landscape.wait("service_created", name="land-brief")
    landscape.call("update_service", name="land-brief", spec=land.spec("two"))
    landscape.wait("service_updated", name="land-brief")
    names = [found["name"] for found in landscape.pages("list_service_instances", "serviceInstances", serviceName="land-brief")]
    assert names == ["two"]
    landscape.call("delete_service", name="land-brief")
    landscape.wait("service_deleted", name="land-brief")
    landscape.call("create_component", name="land-brief", environmentName=land.ENVIRONMENTS[0], **land.component())
    landscape.wait("component_deployed", name="land-brief")
    landscape.call("delete_component", name="land-brief")
    landscape.wait("component_deleted", name="land-brief")


def component_deployed(client, _s3):
    client.call("create_component", name="broken", environmentName=land.ENVIRONMENTS[0], **land.component())
    return {"name": "broken"}


def component_deleted(client, _s3):
    client.call("create_component", name="undeletable", environmentName=land.ENVIRONMENTS[0], **land.component())
    client.wait("component_deployed", name="undeletable")
    client.call("delete_component", name="undeletable")
    return {"name": "undeletable"}


def environment_deployed(client, _s3):
    land.create_environment(client, "broken")
    return {"name": "broken"}


def environment_template_version_registered(client, s3):
    # Another kind's bundle.
    return create_version(client, s3, "environment", land.ENVIRONMENT_TEMPLATES[1], bundles.service())


def service_template_version_registered(client, s3):
    compatible = [{"templateName": land.ENVIRONMENT_TEMPLATES[0], "majorVersion": "1"}]
    body = bundles.environment()
    return create_version(client, s3, "service", land.SERVICE_TEMPLATES[1], body, compatibleEnvironmentTemplates=compatible)


def service_created(client, _s3):
    land.create_service(client, "broken-service", "broken")
    return {"name": "broken-service"}


def service_instance_deployed(client, _s3):
    land.create_service(client, "broken-instance", "broken")
    return {"serviceName": "broken-instance", "name": "broken"}


def service_pipeline_deployed(client, _s3):
    land.create_service(client, "broken-pipeline")
    return {"name": "broken-pipeline"}


def service_updated(client, _s3):
    land.create_service(client, "broken-update")
    client.wait("service_created", name="broken-update")
    client.call("update_service", name="broken-update", spec=land.spec("broken"))
    return {"name": "broken-update"}


def service_deleted(client, _s3):
    land.create_service(client, "kept", "undeletable")
    client.wait("service_created", name="kept")
    client.call("delete_service", name="kept")
    return {"name": "kept"}


FAILED = (
    component_deleted,
    component_deployed,
    environment_deployed,
    environment_template_version_registered,
    service_created,
    service_deleted,
    service_instance_deployed,
    service_pipeline_deployed,
    service_template_version_registered,
    service_updated,
)


@pytest.mark.parametrize("failure", FAILED)
def test_a_waiter_ends_at_a_failure(landscape, s3, failure):
    landscape.wait_fails(failure.__name__, **failure(landscape, s3))


def test_the_tables_name_every_waiter(landscape):
    names = set(landscape.client.waiter_names)
    assert names == {failure.__name__ for failure in FAILED}
    assert names == SUCCEEDED.keys() | {"component_deleted", "service_deleted", "service_updated"}
    assert len(names) == 10
