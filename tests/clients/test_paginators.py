"""Every paginator that the API model has, on more than one page wherever the API pages."""

import pytest

from landscape import COMPONENTS, ENVIRONMENT_TEMPLATES, ENVIRONMENTS, REPOSITORIES, SERVICE_TEMPLATES

SERVICE = {"serviceName": "land-shop"}
INSTANCE = {**SERVICE, "serviceInstanceName": "a"}
ENVIRONMENT = {"environmentName": ENVIRONMENTS[0]}
COMPONENT = {"componentName": COMPONENTS[0]}
ARN = "arn:aws:proton:us-east-1:123456789012:service/land-shop"

# Operations that take maxResults.
PAGED = {
    "ListComponents": ENVIRONMENT,
    "ListDeployments": ENVIRONMENT,
    "ListEnvironmentTemplateVersions": {"templateName": ENVIRONMENT_TEMPLATES[0], "majorVersion": "1"},
    "ListEnvironmentTemplates": {},
    "ListEnvironmentAccountConnections": {"requestedBy": "MANAGEMENT_ACCOUNT"},
    "ListEnvironments": {},
    "ListRepositories": {},
    "ListServiceInstances": SERVICE,
    "ListServiceTemplateVersions": {"templateName": SERVICE_TEMPLATES[0], "majorVersion": "1"},
    "ListServiceTemplates": {},
    "ListServices": {},
    "ListTagsForResource": {"resourceArn": ARN},
}
# Operations whose token is always empty: they answer everything at once.
WHOLE = {
    "ListComponentOutputs": COMPONENT,
    "ListComponentProvisionedResources": COMPONENT,
    "ListEnvironmentOutputs": ENVIRONMENT,
    "ListEnvironmentProvisionedResources": ENVIRONMENT,
    "ListRepositorySyncDefinitions": {
        "repositoryName": REPOSITORIES[0], "repositoryProvider": "GITHUB", "syncType": "TEMPLATE_SYNC"
    },
    "ListServiceInstanceOutputs": INSTANCE,
    "ListServiceInstanceProvisionedResources": INSTANCE,
    "ListServicePipelineOutputs": SERVICE,
    "ListServicePipelineProvisionedResources": SERVICE,
}


def paginator(client, operation):
    """The paginator, and the member of its pages that has the items."""
    method = next(method for method, name in client.meta.method_to_api_mapping.items() if name == operation)
    found = client.get_paginator(method)
    return found, found.result_keys[0].expression


def test_the_tables_name_every_paginator(landscape):
    client = landscape.client
    can = {name for method, name in client.meta.method_to_api_mapping.items() if client.can_paginate(method)}
    assert can == PAGED.keys() | WHOLE.keys()
    assert len(can) == len(PAGED) + len(WHOLE) == 21


@pytest.mark.parametrize("operation", PAGED)
def test_pages_of_one_give_what_one_page_gives(landscape, operation):
    found, items = paginator(landscape.client, operation)
    at_once = [item for page in found.paginate(**PAGED[operation]) for item in page[items]]
    pages = list(found.paginate(**PAGED[operation], PaginationConfig={"PageSize": 1}))
    assert len(pages) > 1 and all(len(page[items]) <= 1 for page in pages)
    assert [item for page in pages for item in page[items]] == at_once
    assert len(at_once) > 1 and not any(at_once.count(item) > 1 for item in at_once)


@pytest.mark.parametrize("operation", WHOLE)
def test_lists_without_pages_come_whole(landscape, operation):
    found, items = paginator(landscape.client, operation)
    (page,) = found.paginate(**WHOLE[operation])
    assert page[items] and not page.get("nextToken")
