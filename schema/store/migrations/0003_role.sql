-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE account ADD COLUMN roles BIGINT NOT NULL DEFAULT 0;

CREATE TABLE iam_role (
    account TEXT NOT NULL,
    name_key TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    arn TEXT NOT NULL,
    trust TEXT NOT NULL, -- the trust policy as it was given
    description TEXT,
    max_session BIGINT NOT NULL,
    boundary TEXT,
    created BIGINT NOT NULL,
    last_used BIGINT,
    last_region TEXT,
    PRIMARY KEY (account, name_key)
) WITHOUT ROWID;

CREATE INDEX iam_role_boundary ON iam_role (account, boundary, id) WHERE boundary IS NOT NULL;

-- Whom the ARNs of users and roles in a trust policy meant when it was saved, by unique id. Those
-- may be gone by now, or be called otherwise.
CREATE TABLE trust_principal (
    role TEXT NOT NULL,
    arn TEXT NOT NULL,
    principal TEXT NOT NULL,
    PRIMARY KEY (role, arn)
) WITHOUT ROWID;
