-- SPDX-License-Identifier: Apache-2.0

-- row server_certificate_text body:text chain:text?

-- query server_certificate_insert exec
-- args account:text name:text name_key:text path:text id:text arn:text created:int expires:int
-- args body:text chain:text?
INSERT INTO server_certificate (account, name_key, id, name, path, arn, created, expires, body,
                                chain)
VALUES (:account, :name_key, :id, :name, :path, :arn, :created, :expires, :body, :chain)
ON CONFLICT (account, name_key) DO NOTHING;

-- query server_certificate_get one iam_server_certificate_metadata
-- args account:text name_key:text
SELECT path AS "Path", name AS "ServerCertificateName", id AS "ServerCertificateId",
       arn AS "Arn", created AS "UploadDate", expires AS "Expiration"
FROM server_certificate WHERE account = :account AND name_key = :name_key;

-- query server_certificate_read one server_certificate_text
-- args id:text
SELECT body AS "body", chain AS "chain" FROM server_certificate WHERE id = :id;

-- query server_certificate_page many iam_server_certificate_metadata
-- args account:text prefix:text prefix_end:text after:text limit:int
SELECT path AS "Path", name AS "ServerCertificateName", id AS "ServerCertificateId",
       arn AS "Arn", created AS "UploadDate", expires AS "Expiration"
FROM server_certificate
WHERE account = :account AND name_key > :after AND path >= :prefix AND path < :prefix_end
ORDER BY name_key LIMIT :limit;

-- query server_certificate_rename exec
-- args id:text name:text name_key:text path:text arn:text
UPDATE server_certificate SET name = :name, name_key = :name_key, path = :path, arn = :arn
WHERE id = :id;

-- query server_certificate_delete exec
-- args id:text
DELETE FROM server_certificate WHERE id = :id;
