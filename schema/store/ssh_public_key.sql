-- SPDX-License-Identifier: Apache-2.0
-- SSH public keys of users. The blob, in base64, is the key in the form that SSH sends it in.

-- row ssh_key_row id:text owner:text blob:text status:text created:int

-- query ssh_key_insert exec
-- args id:text owner:text blob:text created:int
INSERT INTO ssh_public_key (id, owner, blob, status, created)
VALUES (:id, :owner, :blob, 'Active', :created)
ON CONFLICT (owner, blob) DO NOTHING;

-- query ssh_key_get one ssh_key_row
-- args id:text
SELECT id AS "id", owner AS "owner", blob AS "blob", status AS "status", created AS "created"
FROM ssh_public_key WHERE id = :id;

-- query ssh_key_count one count_row
-- args owner:text
SELECT count(*) AS "n" FROM ssh_public_key WHERE owner = :owner;

-- query ssh_key_page many iam_ssh_public_key_metadata
-- args owner:text after_created:int after:text limit:int
SELECT id AS "SSHPublicKeyId", status AS "Status", created AS "UploadDate"
FROM ssh_public_key
WHERE owner = :owner AND (created > :after_created OR (created = :after_created AND id > :after))
ORDER BY created, id LIMIT :limit;

-- query ssh_key_set_status exec
-- args id:text owner:text status:text
UPDATE ssh_public_key SET status = :status WHERE id = :id AND owner = :owner;

-- query ssh_key_delete exec
-- args id:text owner:text
DELETE FROM ssh_public_key WHERE id = :id AND owner = :owner;
