-- SPDX-License-Identifier: Apache-2.0

-- query role_deletion_insert exec
-- args id:text account:text created:int
INSERT INTO role_deletion (id, account, created) VALUES (:id, :account, :created)
ON CONFLICT (id) DO NOTHING;

-- row role_deletion_row created:int

-- query role_deletion_get one role_deletion_row
-- args id:text account:text
SELECT created AS "created" FROM role_deletion WHERE id = :id AND account = :account;
