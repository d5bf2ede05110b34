-- SPDX-License-Identifier: Apache-2.0
-- What is known of resources of other services.

CREATE TABLE resource (
    arn TEXT NOT NULL PRIMARY KEY,
    account TEXT, -- that owns it, or what is above it; NULL: not known
    policy TEXT, -- NULL: it has none
    told BIGINT NOT NULL, -- 1: by whoever runs the server; 0: learned, and forgotten for others
    changed BIGINT NOT NULL -- counts the changes of all of them
) WITHOUT ROWID;

CREATE INDEX resource_account ON resource (account);
CREATE INDEX resource_changed ON resource (told, changed);

-- Tags, and what only a back end knows.
CREATE TABLE resource_fact (
    arn TEXT NOT NULL,
    kind TEXT NOT NULL, -- tag, attribute
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (arn, kind, name)
) WITHOUT ROWID;

-- Grants of KMS keys.
CREATE TABLE resource_grant (
    arn TEXT NOT NULL,
    id TEXT NOT NULL,
    told BIGINT NOT NULL, -- 0: the id is ours, since the back end has not told its own
    grantee TEXT NOT NULL,
    retiring TEXT, -- principal
    operations TEXT NOT NULL, -- separated by blanks
    context_equals TEXT NOT NULL, -- JSON
    context_subset TEXT NOT NULL,
    PRIMARY KEY (arn, id)
) WITHOUT ROWID;
