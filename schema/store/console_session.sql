-- SPDX-License-Identifier: Apache-2.0
-- Who is signed in to the console.

-- row console_session_row id:text owner:text key_id:text token:text base_key_id:text base_token:text password_changed:int by_operator:bool roles:text created:int expires:int
-- row console_session_place created:int id:text

-- query console_session_get one console_session_row
-- args id:text
SELECT id AS "id", owner AS "owner", key_id AS "key_id", token AS "token",
       base_key_id AS "base_key_id", base_token AS "base_token",
       password_changed AS "password_changed", by_operator AS "by_operator", roles AS "roles",
       created AS "created", expires AS "expires"
FROM console_session WHERE id = :id;

-- query console_session_insert exec
-- args id:text owner:text key_id:text token:text password_changed:int roles:text created:int expires:int
INSERT INTO console_session (id, owner, key_id, token, base_key_id, base_token, password_changed,
                             by_operator, roles, created, expires)
VALUES (:id, :owner, :key_id, :token, '', '', :password_changed, 0, :roles, :created, :expires);

-- query console_session_update exec
-- args id:text key_id:text token:text base_key_id:text base_token:text roles:text
UPDATE console_session SET key_id = :key_id, token = :token, base_key_id = :base_key_id,
                           base_token = :base_token, roles = :roles
WHERE id = :id;

-- query console_session_empower exec
-- args id:text
UPDATE console_session SET by_operator = 1 WHERE id = :id;

-- query console_session_delete exec
-- args id:text
DELETE FROM console_session WHERE id = :id;

-- query console_session_delete_all exec
-- args owner:text
DELETE FROM console_session WHERE owner = :owner;

-- Some of those that have ended.
-- query console_session_delete_over exec
-- args now:int limit:int
DELETE FROM console_session
WHERE id IN (SELECT s.id FROM console_session s WHERE s.expires <= :now
             ORDER BY s.expires LIMIT :limit);

-- The newest but so many.
-- query console_session_nth one console_session_place
-- args owner:text kept:int
SELECT created AS "created", id AS "id" FROM console_session WHERE owner = :owner
ORDER BY created DESC, id DESC LIMIT 1 OFFSET :kept;

-- query console_session_delete_oldest exec
-- args owner:text created:int id:text
DELETE FROM console_session
WHERE owner = :owner AND (created < :created OR (created = :created AND id <= :id));
