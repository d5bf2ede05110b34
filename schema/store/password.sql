-- SPDX-License-Identifier: Apache-2.0
-- Passwords of users and of root users; the former are login profiles.

-- row password_row owner:text account:text hash:text created:int changed:int reset_required:bool
-- row hash_row hash:text

-- query password_get one password_row
-- args owner:text
SELECT owner AS "owner", account AS "account", hash AS "hash", created AS "created",
       changed AS "changed", reset_required AS "reset_required"
FROM password WHERE owner = :owner;

-- query password_count one count_row
-- args owner:text
SELECT count(*) AS "n" FROM password WHERE owner = :owner;

-- query password_insert exec
-- args owner:text account:text hash:text now:int reset_required:bool
INSERT INTO password (owner, account, hash, created, changed, reset_required)
VALUES (:owner, :account, :hash, :now, :now, :reset_required)
ON CONFLICT (owner) DO NOTHING;

-- Of a root user that has none, and an account.
-- query password_offer exec
-- args account:text now:int
INSERT INTO password (owner, account, hash, created, changed, reset_required)
SELECT id, id, '', :now, :now, 0 FROM account WHERE id = :account
ON CONFLICT (owner) DO NOTHING;

-- query password_change exec
-- args owner:text hash:text now:int
UPDATE password SET hash = :hash, changed = :now WHERE owner = :owner;

-- The one that nobody had hashed.
-- query password_settle exec
-- args owner:text hash:text
UPDATE password SET hash = :hash WHERE owner = :owner AND hash = '';

-- query password_set_reset exec
-- args owner:text reset_required:bool
UPDATE password SET reset_required = :reset_required WHERE owner = :owner;

-- query password_delete exec
-- args owner:text
DELETE FROM password WHERE owner = :owner;

-- The current one, and those before it, the newest first; there are 24 at most.
-- query password_last many hash_row
-- args owner:text limit:int
-- sorts
SELECT kept.hash AS "hash"
FROM (SELECT hash, 9223372036854775807 AS "number" FROM password WHERE owner = :owner
      UNION ALL
      SELECT hash, number FROM password_history WHERE owner = :owner) kept
ORDER BY kept.number DESC LIMIT :limit;

-- query password_remember exec
-- args owner:text
INSERT INTO password_history (owner, number, hash)
SELECT p.owner,
       coalesce((SELECT max(h.number) FROM password_history h WHERE h.owner = :owner), 0) + 1,
       p.hash
FROM password p WHERE p.owner = :owner;

-- All but the newest that many.
-- query password_forget exec
-- args owner:text kept:int
DELETE FROM password_history
WHERE owner = :owner
  AND number <= (SELECT max(h.number) FROM password_history h WHERE h.owner = :owner) - :kept;

-- query password_forget_all exec
-- args owner:text
DELETE FROM password_history WHERE owner = :owner;
