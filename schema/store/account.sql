-- SPDX-License-Identifier: Apache-2.0
-- Accounts and the counts their quotas are checked against.

-- row account_row id:text email:text created:int

-- query account_insert exec
-- args id:text email:text created:int
INSERT INTO account (id, email, created) VALUES (:id, :email, :created)
ON CONFLICT (id) DO NOTHING;

-- query account_get one account_row
-- args id:text
SELECT id AS "id", email AS "email", created AS "created" FROM account WHERE id = :id;

-- query account_add_user exec
-- args account:text quota:int
UPDATE account SET users = users + 1 WHERE id = :account AND users < :quota;

-- query account_drop_user exec
-- args account:text
UPDATE account SET users = users - 1 WHERE id = :account;

-- query account_add_group exec
-- args account:text quota:int
UPDATE account SET user_groups = user_groups + 1 WHERE id = :account AND user_groups < :quota;

-- query account_drop_group exec
-- args account:text
UPDATE account SET user_groups = user_groups - 1 WHERE id = :account;
