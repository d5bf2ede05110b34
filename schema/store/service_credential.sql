-- SPDX-License-Identifier: Apache-2.0
-- Service-specific credentials of users.

-- row service_credential_row id:text account:text owner:text service:text name:text status:text created:int expires:int? user_name:text

-- query service_credential_insert exec
-- args id:text account:text owner:text service:text base:text ordinal:int name:text name_key:text
-- args hash:text created:int expires:int?
INSERT INTO service_credential (id, account, owner, service, base, ordinal, name, name_key, hash,
    status, created, expires)
VALUES (:id, :account, :owner, :service, :base, :ordinal, :name, :name_key, :hash, 'Active',
    :created, :expires)
ON CONFLICT (account, service, name_key) DO NOTHING;

-- query service_credential_get one service_credential_row
-- args id:text
SELECT c.id AS "id", c.account AS "account", c.owner AS "owner", c.service AS "service",
       c.name AS "name", c.status AS "status", c.created AS "created", c.expires AS "expires",
       u.name AS "user_name"
FROM service_credential c JOIN iam_user u ON u.id = c.owner
WHERE c.id = :id;

-- query service_credential_count one count_row
-- args owner:text
SELECT count(*) AS "n" FROM service_credential WHERE owner = :owner;

-- query service_credential_count_of_service one count_row
-- args owner:text service:text
SELECT count(*) AS "n" FROM service_credential WHERE owner = :owner AND service = :service;

-- query service_credential_ordinal one count_row
-- args account:text service:text base:text
SELECT coalesce(max(ordinal) + 1, 0) AS "n" FROM service_credential
WHERE account = :account AND service = :service AND base = :base;

-- query service_credential_page_of_owner many service_credential_row
-- args owner:text service:text? after_created:int after:text limit:int
SELECT c.id AS "id", c.account AS "account", c.owner AS "owner", c.service AS "service",
       c.name AS "name", c.status AS "status", c.created AS "created", c.expires AS "expires",
       u.name AS "user_name"
FROM service_credential c JOIN iam_user u ON u.id = c.owner
WHERE c.owner = :owner AND (:service IS NULL OR c.service = :service)
  AND (c.created > :after_created OR (c.created = :after_created AND c.id > :after))
ORDER BY c.created, c.id LIMIT :limit;

-- query service_credential_page many service_credential_row
-- args account:text after_created:int after:text limit:int
SELECT c.id AS "id", c.account AS "account", c.owner AS "owner", c.service AS "service",
       c.name AS "name", c.status AS "status", c.created AS "created", c.expires AS "expires",
       u.name AS "user_name"
FROM service_credential c JOIN iam_user u ON u.id = c.owner
WHERE c.account = :account
  AND (c.created > :after_created OR (c.created = :after_created AND c.id > :after))
ORDER BY c.created, c.id LIMIT :limit;

-- query service_credential_page_of_service many service_credential_row
-- args account:text service:text after_created:int after:text limit:int
SELECT c.id AS "id", c.account AS "account", c.owner AS "owner", c.service AS "service",
       c.name AS "name", c.status AS "status", c.created AS "created", c.expires AS "expires",
       u.name AS "user_name"
FROM service_credential c JOIN iam_user u ON u.id = c.owner
WHERE c.account = :account AND c.service = :service
  AND (c.created > :after_created OR (c.created = :after_created AND c.id > :after))
ORDER BY c.created, c.id LIMIT :limit;

-- query service_credential_set_status exec
-- args id:text status:text
UPDATE service_credential SET status = :status WHERE id = :id;

-- query service_credential_set_hash exec
-- args id:text hash:text
UPDATE service_credential SET hash = :hash WHERE id = :id;

-- query service_credential_delete exec
-- args id:text
DELETE FROM service_credential WHERE id = :id;
