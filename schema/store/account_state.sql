-- SPDX-License-Identifier: Apache-2.0
-- What the root user of an account has done where AWS has only a page of the console.

-- row account_state_row closed:int? closing:int? reopened:int billing_access:bool support_plan:text token_version:int
-- row account_task_row task:text at:int detail:text

-- query account_state one account_state_row
-- args id:text
SELECT closed AS "closed", closing AS "closing", reopened AS "reopened", billing_access AS "billing_access",
       support_plan AS "support_plan", token_version AS "token_version"
FROM account WHERE id = :id;

-- query account_close exec
-- args id:text now:int
-- touches id
UPDATE account SET closed = :now, closing = NULL WHERE id = :id AND closed IS NULL;

-- query account_reopen exec
-- args id:text
-- touches id
UPDATE account SET closed = NULL, reopened = reopened + 1 WHERE id = :id AND closed IS NOT NULL;

-- query account_set_billing exec
-- args id:text billing_access:bool
-- touches id
UPDATE account SET billing_access = :billing_access WHERE id = :id;

-- query account_set_support_plan exec
-- args id:text support_plan:text
UPDATE account SET support_plan = :support_plan WHERE id = :id;

-- query account_task_put exec
-- args account:text task:text subject:text at:int detail:text
INSERT INTO account_task (account, task, subject, at, detail)
VALUES (:account, :task, :subject, :at, :detail)
ON CONFLICT (account, task, subject) DO UPDATE SET at = excluded.at, detail = excluded.detail;

-- query account_task_count one count_row
-- args account:text task:text
SELECT count(*) AS "n" FROM account_task WHERE account = :account AND task = :task;

-- query account_tasks many account_task_row
-- args account:text limit:int
SELECT task AS "task", at AS "at", detail AS "detail" FROM account_task
WHERE account = :account ORDER BY task, subject LIMIT :limit;
