-- SPDX-License-Identifier: Apache-2.0

-- query role_deletion_insert exec
-- args id:text account:text created:int
INSERT INTO role_deletion (id, account, created) VALUES (:id, :account, :created)
ON CONFLICT (id) DO NOTHING;

-- query role_deletion_count one count_row
-- args id:text account:text
SELECT count(*) AS "n" FROM role_deletion WHERE id = :id AND account = :account;
