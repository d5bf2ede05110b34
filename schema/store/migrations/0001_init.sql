-- SPDX-License-Identifier: Apache-2.0
-- Times are seconds since 1970. Names that AWS compares without regard to case have a folded
-- twin (name_key, key_fold) beside them, which identifies and orders. Ids (AIDA..., AGPA...) and
-- account ids are the owners of policies, tags and keys.

CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    created BIGINT NOT NULL,
    users BIGINT NOT NULL DEFAULT 0, -- maintained counts: quotas must not cost a scan
    user_groups BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE iam_user (
    account TEXT NOT NULL,
    name_key TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    arn TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, name_key)
) WITHOUT ROWID;

CREATE TABLE iam_group (
    account TEXT NOT NULL,
    name_key TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    arn TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, name_key)
) WITHOUT ROWID;

CREATE TABLE group_member (
    group_id TEXT NOT NULL REFERENCES iam_group (id),
    user_id TEXT NOT NULL REFERENCES iam_user (id),
    PRIMARY KEY (group_id, user_id)
) WITHOUT ROWID;

CREATE INDEX group_member_user ON group_member (user_id);

CREATE TABLE inline_policy (
    owner TEXT NOT NULL,
    name_key TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    size BIGINT NOT NULL, -- as quotas count it: without white space
    PRIMARY KEY (owner, name_key)
);

CREATE TABLE tag (
    owner TEXT NOT NULL,
    key_fold TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, key_fold)
) WITHOUT ROWID;

CREATE TABLE access_key (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    owner TEXT NOT NULL, -- user id, or the account id for keys of its root user
    secret TEXT NOT NULL,
    status TEXT NOT NULL,
    created BIGINT NOT NULL,
    last_used BIGINT,
    last_service TEXT,
    last_region TEXT
) WITHOUT ROWID;

CREATE INDEX access_key_owner ON access_key (owner, created, id);
