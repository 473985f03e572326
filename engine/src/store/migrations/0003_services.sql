CREATE TABLE services (
    name TEXT PRIMARY KEY,
    arn TEXT NOT NULL UNIQUE,
    template_name TEXT NOT NULL,
    -- The version that it was created with.
    template_major BIGINT NOT NULL,
    template_minor BIGINT NOT NULL,
    description TEXT,
    repository TEXT,
    -- The last accepted document.
    spec TEXT NOT NULL,
    stage TEXT NOT NULL,
    message TEXT,
    -- What the running sequence waits for, as JSON.
    plan TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    modified BIGINT NOT NULL
);

CREATE TABLE service_instances (
    arn TEXT PRIMARY KEY REFERENCES targets (arn) ON DELETE CASCADE,
    service_name TEXT NOT NULL REFERENCES services (name),
    name TEXT NOT NULL,
    environment_name TEXT NOT NULL REFERENCES environments (name),
    template_name TEXT NOT NULL,
    last_client_token TEXT,
    UNIQUE (service_name, name)
);

CREATE INDEX service_instances_of_environment ON service_instances (environment_name);

CREATE TABLE service_pipelines (
    arn TEXT PRIMARY KEY REFERENCES targets (arn) ON DELETE CASCADE,
    service_name TEXT NOT NULL UNIQUE REFERENCES services (name),
    template_name TEXT NOT NULL
);

CREATE INDEX deployments_of_service ON deployments (service_name, ordinal);
