#!/usr/bin/env bash
# What a pipeline does once an image is built: it changes the image in one instance's entry of the service's document, updates
# the instance, and waits. The pipeline of bundles/fargate-service runs the same four commands.
#
#   AWS_ENDPOINT_URL_PROTON=http://127.0.0.1:8210 deploy.sh SERVICE INSTANCE IMAGE
set -euo pipefail
export SERVICE=$1 INSTANCE=$2 IMAGE=$3
cd "$(mktemp -d)"

aws proton get-service --name "$SERVICE" --query service.spec --output text > service.yaml

python3 - <<'END'
import os, yaml
document = yaml.safe_load(open("service.yaml"))
entry = next(one for one in document["instances"] if one["name"] == os.environ["INSTANCE"])
entry.setdefault("spec", {})["image"] = os.environ["IMAGE"]
yaml.safe_dump(document, open("service.yaml", "w"), sort_keys=False)
END

aws proton update-service-instance --service-name "$SERVICE" --name "$INSTANCE" \
  --deployment-type CURRENT_VERSION --spec file://service.yaml \
  --query serviceInstance.deploymentStatus --output text

aws proton wait service-instance-deployed --service-name "$SERVICE" --name "$INSTANCE"
