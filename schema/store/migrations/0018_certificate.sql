-- SPDX-License-Identifier: Apache-2.0

-- With row ids: certificates are large, and the key is looked up without them.
CREATE TABLE server_certificate (
    account TEXT NOT NULL,
    name_key TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    arn TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    body TEXT NOT NULL,
    chain TEXT,
    PRIMARY KEY (account, name_key)
);

-- The id is that of the certificate itself: a hash.
CREATE TABLE signing_certificate (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL, -- a user, or an account: its root user
    status TEXT NOT NULL,
    created BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (account, id)
);

CREATE INDEX signing_certificate_owner ON signing_certificate (owner, created, id);
