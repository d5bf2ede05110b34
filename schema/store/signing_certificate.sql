-- SPDX-License-Identifier: Apache-2.0
-- Signing certificates of users and of root users.

-- row signing_certificate_row id:text owner:text status:text created:int rotated:int body:text

-- query signing_certificate_insert exec
-- args account:text id:text owner:text created:int body:text
INSERT INTO signing_certificate (account, id, owner, status, created, body)
VALUES (:account, :id, :owner, 'Active', :created, :body);

-- query signing_certificate_get one signing_certificate_row
-- args account:text id:text
SELECT id AS "id", owner AS "owner", status AS "status", created AS "created", body AS "body"
FROM signing_certificate WHERE account = :account AND id = :id;

-- query signing_certificate_count one count_row
-- args owner:text
SELECT count(*) AS "n" FROM signing_certificate WHERE owner = :owner;

-- query signing_certificate_page many signing_certificate_row
-- args owner:text after_created:int after:text limit:int
SELECT id AS "id", owner AS "owner", status AS "status", created AS "created", body AS "body"
FROM signing_certificate
WHERE owner = :owner AND (created > :after_created OR (created = :after_created AND id > :after))
ORDER BY created, id LIMIT :limit;

-- query signing_certificate_set_status exec
-- args account:text id:text owner:text status:text now:int
UPDATE signing_certificate
SET status_changed = CASE WHEN status = :status THEN status_changed ELSE :now END, status = :status
WHERE account = :account AND id = :id AND owner = :owner;

-- query signing_certificate_delete exec
-- args account:text id:text owner:text
DELETE FROM signing_certificate WHERE account = :account AND id = :id AND owner = :owner;
