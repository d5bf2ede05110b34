-- SPDX-License-Identifier: Apache-2.0
-- Tokens of the federation endpoint that were used.

-- row signin_token_place expires:int id:text

-- query signin_token_use exec
-- args id:text expires:int
INSERT INTO signin_token_used (id, expires) VALUES (:id, :expires) ON CONFLICT DO NOTHING;

-- Some of those that are over.
-- query signin_token_delete_over exec
-- args now:int limit:int
DELETE FROM signin_token_used
WHERE id IN (SELECT u.id FROM signin_token_used u WHERE u.expires <= :now
             ORDER BY u.expires LIMIT :limit);

-- The newest but so many.
-- query signin_token_nth one signin_token_place
-- args now:int kept:int
SELECT expires AS "expires", id AS "id" FROM signin_token_used WHERE expires > :now
ORDER BY expires DESC, id DESC LIMIT 1 OFFSET :kept;

-- query signin_token_delete_oldest exec
-- args expires:int id:text
DELETE FROM signin_token_used WHERE expires < :expires OR (expires = :expires AND id <= :id);
