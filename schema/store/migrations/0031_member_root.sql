-- SPDX-License-Identifier: Apache-2.0
-- Root users of members of an organization.

-- Those whose credentials the organization has deleted, or never given: whether they may choose a
-- password meanwhile, and since when that is so.
CREATE TABLE root_recovery (
    account TEXT NOT NULL PRIMARY KEY,
    allowed BIGINT NOT NULL,
    since BIGINT NOT NULL
) WITHOUT ROWID;

-- Their e-mail addresses that are about to change.
CREATE TABLE primary_email_update (
    account TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    code TEXT NOT NULL,
    started BIGINT NOT NULL
) WITHOUT ROWID;
