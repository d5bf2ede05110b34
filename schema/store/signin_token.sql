-- SPDX-License-Identifier: Apache-2.0
-- Tokens of the federation endpoint that were used.

-- row signin_token_time expires:int

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
-- query signin_token_nth one signin_token_time
-- args now:int kept:int
SELECT expires AS "expires" FROM signin_token_used WHERE expires > :now
ORDER BY expires DESC LIMIT 1 OFFSET :kept;

-- query signin_token_delete_oldest exec
-- args until:int
DELETE FROM signin_token_used WHERE expires <= :until;
