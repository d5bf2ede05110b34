-- SPDX-License-Identifier: Apache-2.0
-- Organizations: the tree of units and accounts, and the policies that bind it.

CREATE TABLE organization (
    id TEXT NOT NULL PRIMARY KEY,
    management TEXT NOT NULL, -- account
    root TEXT NOT NULL,
    features TEXT NOT NULL, -- ALL or CONSOLIDATED_BILLING
    root_credentials BIGINT NOT NULL DEFAULT 0, -- of members are managed centrally
    root_sessions BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL -- milliseconds, as all times of organizations
) WITHOUT ROWID;

CREATE UNIQUE INDEX organization_management ON organization (management);

-- The root and the units below it, which cannot be moved: their place is known once for all.
CREATE TABLE organization_unit (
    id TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    parent TEXT NOT NULL, -- empty for the root
    name TEXT NOT NULL,
    depth BIGINT NOT NULL, -- of the root: 0
    path TEXT NOT NULL -- o-.../r-.../ou-.../
) WITHOUT ROWID;

CREATE UNIQUE INDEX organization_unit_name ON organization_unit (organization, parent, name);
CREATE INDEX organization_unit_parent ON organization_unit (parent, id);
CREATE INDEX organization_unit_organization ON organization_unit (organization, id);

CREATE TABLE organization_member (
    account TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    parent TEXT NOT NULL, -- a unit, or the root
    method TEXT NOT NULL, -- CREATED or INVITED
    joined BIGINT NOT NULL
) WITHOUT ROWID;

CREATE INDEX organization_member_organization ON organization_member (organization, account);
CREATE INDEX organization_member_parent ON organization_member (parent, account);

CREATE TABLE organization_policy (
    id TEXT NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    content TEXT NOT NULL,
    created BIGINT NOT NULL
) WITHOUT ROWID;

CREATE UNIQUE INDEX organization_policy_name ON organization_policy (organization, type, name);
CREATE INDEX organization_policy_type ON organization_policy (organization, type, id);

-- Enabled in the root.
CREATE TABLE organization_policy_kind (
    organization TEXT NOT NULL,
    type TEXT NOT NULL,
    updated BIGINT NOT NULL, -- when policies of the type were last changed, or what has them
    PRIMARY KEY (organization, type)
) WITHOUT ROWID;

-- What is attached to the root, a unit or an account, AWS's own policies included. The order in
-- which policies were attached to a target counts where they are merged.
CREATE TABLE organization_attachment (
    target TEXT NOT NULL,
    type TEXT NOT NULL,
    position BIGINT NOT NULL,
    policy TEXT NOT NULL,
    organization TEXT NOT NULL,
    PRIMARY KEY (target, type, position)
) WITHOUT ROWID;

CREATE UNIQUE INDEX organization_attachment_policy
    ON organization_attachment (organization, policy, target);

CREATE TABLE organization_service (
    organization TEXT NOT NULL,
    service TEXT NOT NULL, -- principal with trusted access
    enabled BIGINT NOT NULL,
    PRIMARY KEY (organization, service)
) WITHOUT ROWID;

CREATE TABLE organization_delegate (
    account TEXT NOT NULL,
    service TEXT NOT NULL, -- principal for which it is a delegated administrator
    organization TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    PRIMARY KEY (account, service)
) WITHOUT ROWID;

CREATE INDEX organization_delegate_service
    ON organization_delegate (organization, service, account);

CREATE TABLE organization_resource_policy (
    organization TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    content TEXT NOT NULL
) WITHOUT ROWID;
