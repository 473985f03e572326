-- Sequences give numbers that are never used again.
CREATE TABLE sequences (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

-- The deployable half of environments and, later, of service instances, pipelines and components.
CREATE TABLE targets (
    arn TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    message TEXT,
    attempted_id TEXT,
    attempted_at BIGINT,
    succeeded_id TEXT,
    succeeded_at BIGINT,
    resources TEXT NOT NULL,
    stack_name TEXT NOT NULL
);

CREATE TABLE environments (
    name TEXT PRIMARY KEY,
    arn TEXT NOT NULL UNIQUE REFERENCES targets (arn) ON DELETE CASCADE,
    template_name TEXT NOT NULL,
    customer_managed BIGINT NOT NULL,
    description TEXT,
    service_role_arn TEXT,
    codebuild_role_arn TEXT,
    component_role_arn TEXT,
    connection_id TEXT,
    repository TEXT,
    account_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    modified BIGINT NOT NULL
);

CREATE TABLE deployments (
    id TEXT PRIMARY KEY,
    ordinal BIGINT NOT NULL UNIQUE,
    target_arn TEXT NOT NULL REFERENCES targets (arn) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    environment_name TEXT NOT NULL,
    service_name TEXT,
    service_instance_name TEXT,
    component_name TEXT,
    target_created_at BIGINT NOT NULL,
    operation TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    completed_at BIGINT,
    initial_state TEXT,
    wanted_state TEXT,
    -- Of the wanted state, so that versions in use can be found.
    template_name TEXT,
    template_major BIGINT,
    template_minor BIGINT,
    last_succeeded_id TEXT,
    outputs TEXT NOT NULL,
    method TEXT,
    rendered_file TEXT,
    rendered_body TEXT
);

CREATE INDEX deployments_of_target ON deployments (target_arn, ordinal);
CREATE INDEX deployments_of_environment ON deployments (environment_name, ordinal);
CREATE INDEX deployments_of_version ON deployments (template_name, template_major, template_minor);
-- At most one deployment of a target runs, whatever the code does.
CREATE UNIQUE INDEX one_running_deployment ON deployments (target_arn) WHERE completed_at IS NULL;

-- Work that is to be done, at least once. A row goes in the transaction that records its end.
CREATE TABLE outbox (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    journal TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    UNIQUE (kind, key)
);

CREATE INDEX outbox_by_due_at ON outbox (due_at, id);

CREATE TABLE tags (
    arn TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (arn, key)
);

-- Template bundles by the SHA-256 of their bytes.
CREATE TABLE bundles (
    sha256 TEXT PRIMARY KEY,
    content BLOB NOT NULL
);
