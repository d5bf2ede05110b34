-- SPDX-License-Identifier: Apache-2.0
-- What those who are signed in to the console let clients have.

-- row oauth_grant_row id:text owner:text client:text redirect_uri:text challenge:text token:text password_changed:int key_id:text proof:text generation:int ended:int expires:int ends:int
-- row oauth_grant_place created:int id:text

-- query oauth_grant_get one oauth_grant_row
-- args id:text
SELECT id AS "id", owner AS "owner", client AS "client", redirect_uri AS "redirect_uri",
       challenge AS "challenge", token AS "token", password_changed AS "password_changed",
       key_id AS "key_id", proof AS "proof", generation AS "generation", ended AS "ended",
       expires AS "expires", ends AS "ends"
FROM oauth_grant WHERE id = :id;

-- query oauth_grant_insert exec
-- args id:text owner:text client:text redirect_uri:text challenge:text token:text
-- args password_changed:int created:int expires:int ends:int
INSERT INTO oauth_grant (id, owner, client, redirect_uri, challenge, token, password_changed,
                         key_id, proof, generation, ended, created, expires, ends)
VALUES (:id, :owner, :client, :redirect_uri, :challenge, :token, :password_changed, '', '', 0, 0,
        :created, :expires, :ends);

-- query oauth_grant_bind exec
-- args id:text key_id:text proof:text
UPDATE oauth_grant SET key_id = :key_id, proof = :proof, expires = ends WHERE id = :id;

-- query oauth_grant_give exec
-- args id:text token:text generation:int
UPDATE oauth_grant SET token = :token, generation = :generation WHERE id = :id;

-- query oauth_grant_end exec
-- args id:text ended:int
UPDATE oauth_grant SET ended = :ended WHERE id = :id;

-- query oauth_grant_end_all exec
-- args owner:text ended:int
UPDATE oauth_grant SET ended = :ended WHERE owner = :owner;

-- Some of those that have ended.
-- query oauth_grant_delete_over exec
-- args now:int limit:int
DELETE FROM oauth_grant
WHERE id IN (SELECT g.id FROM oauth_grant g WHERE g.expires <= :now
             ORDER BY g.expires LIMIT :limit);

-- The newest but so many.
-- query oauth_grant_nth one oauth_grant_place
-- args owner:text kept:int
SELECT created AS "created", id AS "id" FROM oauth_grant WHERE owner = :owner
ORDER BY created DESC, id DESC LIMIT 1 OFFSET :kept;

-- query oauth_grant_delete_oldest exec
-- args owner:text created:int id:text
DELETE FROM oauth_grant
WHERE owner = :owner AND (created < :created OR (created = :created AND id <= :id));
