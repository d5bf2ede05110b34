-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE account ADD COLUMN saml_providers BIGINT NOT NULL DEFAULT 0;

-- With row ids: the metadata can be large, and the key is looked up without it.
CREATE TABLE saml_provider (
    account TEXT NOT NULL,
    name_key TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    arn TEXT NOT NULL,
    metadata TEXT NOT NULL,
    valid_until BIGINT NOT NULL,
    encryption TEXT, -- AssertionEncryptionMode
    created BIGINT NOT NULL,
    PRIMARY KEY (account, name_key)
);

-- Private keys that assertions are decrypted with.
CREATE TABLE saml_key (
    provider TEXT NOT NULL,
    id TEXT NOT NULL,
    pem TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (provider, id)
) WITHOUT ROWID;
