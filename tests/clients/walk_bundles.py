"""The template bundles of the walk-through. Each is text, so that a step can take out or break a part of it."""

from bundle import MANIFEST, environment_bundle, service_bundle

ENVIRONMENT_SCHEMA = """\
schema:
  format: {openapi: "3.0.0"}
  environment_input_type: "Team"
  types:
    Team:
      type: object
      required: [stage]
      properties:
        stage: {type: string, enum: [development, staging]}
"""
ENVIRONMENT = """\
Resources:
  Announcements:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: "{{ environment.name }}"}
Outputs:
  TopicArn: {Value: !Ref Announcements}
  Stage: {Value: "{{ environment.inputs.stage }}"}
"""
# A second version: one resource and one output more.
ENVIRONMENT_WITH_QUEUE = ENVIRONMENT.replace(
    "Outputs:\n",
    """\
  Jobs:
    Type: AWS::SQS::Queue
    Properties: {QueueName: "{{ environment.name }}-jobs"}
Outputs:
  QueueUrl: {Value: !Ref Jobs}
""",
)
# Two that fail: CloudFormation refuses the one, the other does not render.
ENVIRONMENT_WITHOUT_OUTPUTS = ENVIRONMENT[: ENVIRONMENT.index("  TopicArn:")]
ENVIRONMENT_MISSPELT = ENVIRONMENT.replace("inputs.stage", "inputs.stagge")

SERVICE_SCHEMA = """\
schema:
  format: {openapi: "3.0.0"}
  service_input_type: "Worker"
  pipeline_input_type: "Build"
  types:
    Worker:
      type: object
      required: [image]
      properties:
        image: {type: string, description: "What to run"}
        memory: {type: integer, minimum: 128, default: 256}
    Build:
      type: object
      properties:
        command: {type: string, default: make}
"""
# As in the guide's component example: the container's environment variables are the component's outputs.
INSTANCE = """\
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: "{{ service.name }}-{{ service_instance.name }}"
      ContainerDefinitions:
        - Name: worker
          Image: "{{ service_instance.inputs.image }}"
          Memory: {{ service_instance.inputs.memory }}
{% if service_instance.components.default.outputs | length > 0 %}
          Environment:
            {{ service_instance.components.default.outputs | proton_cfn_ecs_task_definition_formatted_env_vars }}
{% endif %}
Outputs:
  Image: {Value: "{{ service_instance.inputs.image }}"}
  Topic: {Value: "{{ environment.outputs.TopicArn }}"}
"""
# Version 1.1: an output more.
INSTANCE_WITH_MEMORY = INSTANCE + '  Memory: {Value: "{{ service_instance.inputs.memory }}"}\n'
PIPELINE = """\
Resources:
  Builds:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: "{{ service.name }} {{ pipeline.inputs.command }}"}
Outputs:
  Command: {Value: "{{ pipeline.inputs.command }}"}
  Instances: {Value: "{% for instance in service_instances %}{{ instance.name }}={{ instance.outputs.Image }} {% endfor %}"}
"""
INSTANCE_MISSPELT = INSTANCE.replace("inputs.image", "inputs.imagge")
PIPELINE_MISSPELT = PIPELINE.replace("inputs.command", "inputs.comand")

COMPONENT_MANIFEST = MANIFEST
COMPONENT = """\
Resources:
  Uploads:
    Type: AWS::S3::Bucket
Outputs:
  UploadsBucket: {Value: !Ref Uploads}
"""


def environment(template=ENVIRONMENT):
    return environment_bundle(ENVIRONMENT_SCHEMA, template)


def service(instance=INSTANCE, pipeline=PIPELINE):
    return service_bundle(SERVICE_SCHEMA, instance, pipeline)
