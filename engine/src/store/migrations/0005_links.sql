-- Repositories that are linked through a connection of the customer.
CREATE TABLE repositories (
    arn TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    name TEXT NOT NULL,
    connection_arn TEXT NOT NULL,
    encryption_key TEXT
);

-- Connections between the account that manages and those that environments are provisioned in.
CREATE TABLE account_connections (
    id TEXT PRIMARY KEY,
    arn TEXT NOT NULL UNIQUE,
    environment_account_id TEXT NOT NULL,
    management_account_id TEXT NOT NULL,
    environment_name TEXT NOT NULL,
    status TEXT NOT NULL,
    role_arn TEXT,
    codebuild_role_arn TEXT,
    component_role_arn TEXT,
    requested_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL
);

CREATE INDEX account_connections_of_environment ON account_connections (environment_name, id);

CREATE TABLE template_syncs (
    template_arn TEXT PRIMARY KEY REFERENCES templates (arn) ON DELETE CASCADE,
    repository_arn TEXT NOT NULL REFERENCES repositories (arn),
    branch TEXT NOT NULL,
    subdirectory TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE service_syncs (
    service_name TEXT PRIMARY KEY REFERENCES services (name) ON DELETE CASCADE,
    repository_arn TEXT NOT NULL REFERENCES repositories (arn),
    branch TEXT NOT NULL,
    file_path TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- What keeps a service's sync from changing an instance, or without a name the whole service.
CREATE TABLE sync_blockers (
    id TEXT PRIMARY KEY,
    service_name TEXT NOT NULL REFERENCES service_syncs (service_name) ON DELETE CASCADE,
    service_instance_name TEXT,
    created_reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    resolved_reason TEXT,
    resolved_at BIGINT
);

CREATE INDEX sync_blockers_of_service ON sync_blockers (service_name, created_at);
