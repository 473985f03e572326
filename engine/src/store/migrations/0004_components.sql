-- One row: the settings that pipelines are provisioned with.
CREATE TABLE account_settings (
    account_id TEXT PRIMARY KEY,
    pipeline_service_role_arn TEXT,
    pipeline_codebuild_role_arn TEXT,
    pipeline_repository TEXT
);

CREATE TABLE components (
    name TEXT PRIMARY KEY,
    arn TEXT NOT NULL UNIQUE REFERENCES targets (arn) ON DELETE CASCADE,
    environment_name TEXT NOT NULL REFERENCES environments (name),
    -- The instance that it is attached to; both or neither.
    service_name TEXT,
    service_instance_name TEXT,
    description TEXT,
    manifest TEXT NOT NULL,
    last_client_token TEXT,
    modified_at BIGINT NOT NULL
);

CREATE INDEX components_of_environment ON components (environment_name);
-- At most one component is attached to an instance, whatever the code does.
CREATE UNIQUE INDEX one_component_of_instance ON components (service_name, service_instance_name)
    WHERE service_name IS NOT NULL;
CREATE INDEX deployments_of_component ON deployments (component_name, ordinal);
