-- SPDX-License-Identifier: Apache-2.0
-- Long-term access keys of users and of root users.

-- row key_row id:text account:text owner:text secret:text status:text created:int rotated:int last_used:int? last_service:text? last_region:text?

-- query key_insert exec
-- args id:text account:text owner:text secret:text created:int
INSERT INTO access_key (id, account, owner, secret, status, created)
VALUES (:id, :account, :owner, :secret, 'Active', :created)
ON CONFLICT (id) DO NOTHING;

-- query key_get one key_row
-- args id:text
SELECT id AS "id", account AS "account", owner AS "owner", secret AS "secret",
       status AS "status", created AS "created", last_used AS "last_used",
       last_service AS "last_service", last_region AS "last_region"
FROM access_key WHERE id = :id;

-- query key_count one count_row
-- args owner:text
SELECT count(*) AS "n" FROM access_key WHERE owner = :owner;

-- The active keys of an owner, and whoever's the key ID is, if that is active.
-- query key_active many key_row
-- args owner:text id:text
SELECT id AS "id", account AS "account", owner AS "owner", secret AS "secret",
       status AS "status", created AS "created", last_used AS "last_used",
       last_service AS "last_service", last_region AS "last_region"
FROM access_key WHERE status = 'Active' AND (owner = :owner OR id = :id);

-- A user has few keys; the page size bounds what is read.
-- query key_page many key_row
-- args owner:text after_created:int after:text limit:int
SELECT id AS "id", account AS "account", owner AS "owner", secret AS "secret",
       status AS "status", created AS "created", last_used AS "last_used",
       last_service AS "last_service", last_region AS "last_region"
FROM access_key
WHERE owner = :owner AND (created > :after_created OR (created = :after_created AND id > :after))
ORDER BY created, id LIMIT :limit;

-- query key_set_status exec
-- args id:text owner:text status:text now:int
-- touches id
UPDATE access_key
SET status_changed = CASE WHEN status = :status THEN status_changed ELSE :now END, status = :status
WHERE id = :id AND owner = :owner;

-- query key_delete exec
-- args id:text owner:text
-- touches id
DELETE FROM access_key WHERE id = :id AND owner = :owner;

-- query key_used exec
-- args id:text at:int service:text region:text
UPDATE access_key SET last_used = :at, last_service = :service, last_region = :region
WHERE id = :id;
