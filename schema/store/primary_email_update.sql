-- SPDX-License-Identifier: Apache-2.0
-- E-mail addresses of members' root users that are about to change.

-- row primary_email_update_row email:text code:text started:int

-- query primary_email_update_get one primary_email_update_row
-- args account:text
SELECT email AS "email", code AS "code", started AS "started"
FROM primary_email_update WHERE account = :account;

-- query primary_email_update_put exec
-- args account:text email:text code:text started:int
INSERT INTO primary_email_update (account, email, code, started)
VALUES (:account, :email, :code, :started)
ON CONFLICT (account) DO UPDATE
SET email = :email, code = :code, started = :started;

-- query primary_email_update_delete exec
-- args account:text
DELETE FROM primary_email_update WHERE account = :account;
