-- SPDX-License-Identifier: Apache-2.0
-- Root users of members whose credentials the organization has deleted.

-- row root_recovery_row allowed:bool since:int

-- query root_recovery_get one root_recovery_row
-- args account:text
SELECT allowed AS "allowed", since AS "since" FROM root_recovery WHERE account = :account;

-- query root_recovery_put exec
-- args account:text allowed:bool since:int
INSERT INTO root_recovery (account, allowed, since) VALUES (:account, :allowed, :since)
ON CONFLICT (account) DO UPDATE SET allowed = :allowed, since = :since;

-- query root_recovery_delete exec
-- args account:text
DELETE FROM root_recovery WHERE account = :account;
