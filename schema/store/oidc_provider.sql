-- SPDX-License-Identifier: Apache-2.0
-- OpenID Connect providers, which tags know by their ARN.

-- row oidc_row name:text arn:text thumbprints:text created:int
-- row client_row client:text

-- query oidc_insert exec
-- args account:text name:text arn:text thumbprints:text created:int
INSERT INTO oidc_provider (account, name, arn, thumbprints, created)
VALUES (:account, :name, :arn, :thumbprints, :created)
ON CONFLICT (account, name) DO NOTHING;

-- query oidc_get one oidc_row
-- args account:text arn:text
SELECT name AS "name", arn AS "arn", thumbprints AS "thumbprints", created AS "created"
FROM oidc_provider WHERE arn = :arn AND account = :account;

-- query oidc_find one oidc_row
-- args account:text name:text
SELECT name AS "name", arn AS "arn", thumbprints AS "thumbprints", created AS "created"
FROM oidc_provider WHERE account = :account AND name = :name;

-- query oidc_all many iam_open_id_connect_provider_list_entry
-- args account:text
SELECT arn AS "Arn" FROM oidc_provider WHERE account = :account ORDER BY name;

-- query oidc_set_thumbprints exec
-- args arn:text thumbprints:text
UPDATE oidc_provider SET thumbprints = :thumbprints WHERE arn = :arn;

-- query oidc_delete exec
-- args arn:text
DELETE FROM oidc_provider WHERE arn = :arn;

-- query client_add exec
-- args provider:text client:text
INSERT INTO oidc_client (provider, client) VALUES (:provider, :client)
ON CONFLICT (provider, client) DO NOTHING;

-- query client_all many client_row
-- args provider:text
SELECT client AS "client" FROM oidc_client WHERE provider = :provider ORDER BY client;

-- query client_count one count_row
-- args provider:text
SELECT count(*) AS "n" FROM oidc_client WHERE provider = :provider;

-- query client_drop exec
-- args provider:text client:text
DELETE FROM oidc_client WHERE provider = :provider AND client = :client;

-- query client_drop_all exec
-- args provider:text
DELETE FROM oidc_client WHERE provider = :provider;
