-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE account ADD COLUMN oidc_providers BIGINT NOT NULL DEFAULT 0;

-- The issuer of tokens for services outside AWS; it keeps its name while it is switched off.
ALTER TABLE account ADD COLUMN outbound_issuer TEXT;
ALTER TABLE account ADD COLUMN outbound_enabled BIGINT NOT NULL DEFAULT 0;

CREATE TABLE oidc_provider (
    account TEXT NOT NULL,
    name TEXT NOT NULL, -- the URL without its scheme
    arn TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    thumbprints TEXT NOT NULL, -- separated by commas
    created BIGINT NOT NULL,
    PRIMARY KEY (account, name)
) WITHOUT ROWID;

CREATE TABLE oidc_client (
    provider TEXT NOT NULL REFERENCES oidc_provider (arn),
    client TEXT NOT NULL,
    PRIMARY KEY (provider, client)
) WITHOUT ROWID;
