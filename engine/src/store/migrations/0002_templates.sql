-- kind is ENVIRONMENT or SERVICE.
CREATE TABLE templates (
    arn TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT,
    description TEXT,
    encryption_key TEXT,
    -- Whether provisioning (pipelineProvisioning of service templates) is CUSTOMER_MANAGED.
    customer_managed BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    modified BIGINT NOT NULL,
    UNIQUE (kind, name)
);

CREATE TABLE template_versions (
    arn TEXT PRIMARY KEY,
    template_arn TEXT NOT NULL REFERENCES templates (arn),
    major BIGINT NOT NULL,
    minor BIGINT NOT NULL,
    status TEXT NOT NULL,
    status_message TEXT,
    description TEXT,
    -- The text of the schema file, once registered.
    schema_text TEXT,
    -- SHA-256 of the bundle, once fetched.
    bundle TEXT REFERENCES bundles (sha256),
    -- Where the bundle is fetched from, as JSON.
    source TEXT NOT NULL,
    -- Members of service template versions, as JSON.
    compatible_environment_templates TEXT,
    supported_component_sources TEXT,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    UNIQUE (template_arn, major, minor)
);

-- Client tokens of creates, remembered for eight hours.
CREATE TABLE client_tokens (
    operation TEXT NOT NULL,
    token TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    resource TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (operation, token)
);
