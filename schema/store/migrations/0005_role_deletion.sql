-- SPDX-License-Identifier: Apache-2.0

-- Tasks that have deleted a service-linked role.
CREATE TABLE role_deletion (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    created BIGINT NOT NULL
) WITHOUT ROWID;
