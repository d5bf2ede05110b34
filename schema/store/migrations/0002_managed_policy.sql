-- SPDX-License-Identifier: Apache-2.0
-- Managed policies are known by their ARN, which neither customers' nor AWS's own ever change.

ALTER TABLE account ADD COLUMN alias TEXT;
ALTER TABLE account ADD COLUMN policies BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN policies_in_use BIGINT NOT NULL DEFAULT 0; -- AWS's own, too

CREATE UNIQUE INDEX account_alias ON account (alias);

ALTER TABLE iam_user ADD COLUMN boundary TEXT;

CREATE INDEX iam_user_boundary ON iam_user (account, boundary, id) WHERE boundary IS NOT NULL;

-- Those of customers; AWS's own are part of the program.
CREATE TABLE managed_policy (
    account TEXT NOT NULL,
    name_key TEXT NOT NULL,
    arn TEXT NOT NULL UNIQUE,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    description TEXT,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    default_version BIGINT NOT NULL,
    last_version BIGINT NOT NULL, -- numbers of deleted versions are not given again
    PRIMARY KEY (account, name_key)
) WITHOUT ROWID;

CREATE TABLE policy_version (
    policy TEXT NOT NULL REFERENCES managed_policy (arn),
    number BIGINT NOT NULL,
    document TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (policy, number)
);

-- Which managed policies a user or a group has. Name and path are those of the policy.
CREATE TABLE attachment (
    owner TEXT NOT NULL,
    policy TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (owner, policy)
) WITHOUT ROWID;

CREATE INDEX attachment_policy ON attachment (account, policy, owner);

-- How many entities of an account have a managed policy; policies nobody has are not here.
CREATE TABLE policy_use (
    account TEXT NOT NULL,
    policy TEXT NOT NULL,
    attachments BIGINT NOT NULL,
    boundaries BIGINT NOT NULL,
    PRIMARY KEY (account, policy)
) WITHOUT ROWID;
