-- SPDX-License-Identifier: Apache-2.0
-- Names are those of the users when they were made: the base, and how many had it before. Of the
-- secret there is only the hash.

CREATE TABLE service_credential (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    owner TEXT NOT NULL,
    service TEXT NOT NULL,
    base TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    hash TEXT NOT NULL,
    status TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    UNIQUE (account, service, name_key)
);

CREATE INDEX service_credential_base ON service_credential (account, service, base, ordinal);
CREATE INDEX service_credential_owner ON service_credential (owner, created, id);
CREATE INDEX service_credential_account ON service_credential (account, created, id);
CREATE INDEX service_credential_service ON service_credential (account, service, created, id);
