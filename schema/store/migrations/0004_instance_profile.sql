-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE account ADD COLUMN instance_profiles BIGINT NOT NULL DEFAULT 0;

CREATE TABLE instance_profile (
    account TEXT NOT NULL,
    name_key TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    arn TEXT NOT NULL,
    role TEXT REFERENCES iam_role (id), -- a profile holds one role, or none
    created BIGINT NOT NULL,
    PRIMARY KEY (account, name_key)
) WITHOUT ROWID;

CREATE INDEX instance_profile_role ON instance_profile (role, name_key) WHERE role IS NOT NULL;
