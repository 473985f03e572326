// An environment's life through the AWS SDK for JavaScript: template → version → environment → update → deletion.
// Usage: environment.cjs BUCKET KEY. Says as JSON what it saw; the endpoint and the keys are the SDK's own variables.
const proton = require("@aws-sdk/client-proton");

const SPEC = "proton: EnvironmentSpec\nspec:\n  stage: staging\n";
const TEMPLATE = "javascript-team";
const NAME = "javascript";
const [bucket, key] = process.argv.slice(2);
const client = new proton.ProtonClient({ maxAttempts: 1 });
const waiting = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };

const outputs = async (deploymentId) => {
  const { outputs } = await client.send(new proton.ListEnvironmentOutputsCommand({ environmentName: NAME, deploymentId }));
  return Object.fromEntries(outputs.map(({ key, valueString }) => [key, valueString]));
};

async function register() {
  await client.send(new proton.CreateEnvironmentTemplateCommand({ name: TEMPLATE, displayName: "Team" }));
  const source = { s3: { bucket, key } };
  const created = await client.send(new proton.CreateEnvironmentTemplateVersionCommand({ templateName: TEMPLATE, source }));
  const { majorVersion, minorVersion } = created.environmentTemplateVersion;
  const part = { templateName: TEMPLATE, majorVersion, minorVersion };
  await proton.waitUntilEnvironmentTemplateVersionRegistered(waiting, part);
  await client.send(new proton.UpdateEnvironmentTemplateVersionCommand({ ...part, status: "PUBLISHED" }));
  const { environmentTemplate } = await client.send(new proton.GetEnvironmentTemplateCommand({ name: TEMPLATE }));
  return environmentTemplate.recommendedVersion;
}

async function deploy(Command, members) {
  const { environment } = await client.send(new Command({ name: NAME, ...members }));
  await proton.waitUntilEnvironmentDeployed(waiting, { name: NAME });
  return environment;
}

async function deployments() {
  const found = [];
  for await (const page of proton.paginateListDeployments({ client, pageSize: 1 }, { environmentName: NAME })) {
    found.push(page.deployments);
  }
  return found;
}

// There is no waiter for a deleted environment: this one asks until the SDK's typed error says that there is none.
async function gone() {
  for (;;) {
    try {
      await client.send(new proton.GetEnvironmentCommand({ name: NAME }));
    } catch (error) {
      if (error instanceof proton.ResourceNotFoundException) return error.name;
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function main() {
  const recommended = await register();
  const version = { templateName: TEMPLATE, templateMajorVersion: "1" };
  const created = await deploy(proton.CreateEnvironmentCommand, { ...version, spec: SPEC });
  const spec = SPEC.replace("staging", "development");
  const updated = await deploy(proton.UpdateEnvironmentCommand, { deploymentType: "CURRENT_VERSION", spec });
  const { environment } = await client.send(new proton.GetEnvironmentCommand({ name: NAME }));
  const pages = await deployments();
  const ids = pages.flat().map(({ id }) => id);
  const [first, second] = [created.lastAttemptedDeploymentId, updated.lastAttemptedDeploymentId];
  const { deployment } = await client.send(new proton.GetDeploymentCommand({ id: second }));
  const seen = {
    recommended,
    created: created.deploymentStatus,
    status: environment.deploymentStatus,
    specIsNew: environment.spec === spec,
    succeededAtIsADate: environment.lastDeploymentSucceededAt instanceof Date,
    pages: pages.map((page) => page.length),
    newestFirst: ids[0] === second && ids[1] === first,
    initialStage: deployment.initialState.environment.spec === SPEC,
    targetStage: deployment.targetState.environment.spec === spec,
    outputs: [await outputs(first), await outputs(second), await outputs()].map(({ Stage }) => Stage),
  };
  const deleting = await client.send(new proton.DeleteEnvironmentCommand({ name: NAME }));
  seen.deleting = deleting.environment.deploymentStatus;
  seen.gone = await gone();
  const again = await client.send(new proton.DeleteEnvironmentCommand({ name: NAME }));
  seen.deletedTwice = again.environment === undefined;
  console.log(JSON.stringify(seen));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
