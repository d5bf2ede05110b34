-- SPDX-License-Identifier: Apache-2.0
-- An owner has a key once.

CREATE TABLE ssh_public_key (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    blob TEXT NOT NULL,
    status TEXT NOT NULL,
    created BIGINT NOT NULL,
    UNIQUE (owner, blob)
);

CREATE INDEX ssh_public_key_created ON ssh_public_key (owner, created, id);
