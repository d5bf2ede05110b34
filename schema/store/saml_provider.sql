-- SPDX-License-Identifier: Apache-2.0
-- SAML providers and the private keys they have.

-- row saml_row id:text arn:text metadata:text valid_until:int encryption:text created:int
-- row saml_key_row id:text pem:text created:int

-- query saml_insert exec
-- args account:text name_key:text id:text arn:text metadata:text valid_until:int encryption:text?
-- args created:int
INSERT INTO saml_provider (account, name_key, id, arn, metadata, valid_until, encryption, created)
VALUES (:account, :name_key, :id, :arn, :metadata, :valid_until, :encryption, :created)
ON CONFLICT (account, name_key) DO NOTHING;

-- query saml_get one saml_row
-- args account:text name_key:text
SELECT id AS "id", arn AS "arn", metadata AS "metadata", valid_until AS "valid_until",
       encryption AS "encryption", created AS "created"
FROM saml_provider WHERE account = :account AND name_key = :name_key;

-- query saml_list many iam_saml_provider_list_entry
-- args account:text
SELECT arn AS "Arn", valid_until AS "ValidUntil", created AS "CreateDate"
FROM saml_provider WHERE account = :account ORDER BY name_key;

-- query saml_set exec
-- args id:text metadata:text valid_until:int encryption:text?
UPDATE saml_provider
SET metadata = :metadata, valid_until = :valid_until, encryption = :encryption WHERE id = :id;

-- query saml_delete exec
-- args id:text
DELETE FROM saml_provider WHERE id = :id;

-- query saml_key_insert exec
-- args provider:text id:text pem:text created:int
INSERT INTO saml_key (provider, id, pem, created) VALUES (:provider, :id, :pem, :created);

-- A provider has two at most.
-- query saml_keys many saml_key_row
-- args provider:text
-- sorts
SELECT id AS "id", pem AS "pem", created AS "created" FROM saml_key
WHERE provider = :provider ORDER BY created, id;

-- query saml_key_delete exec
-- args provider:text id:text
DELETE FROM saml_key WHERE provider = :provider AND id = :id;

-- query saml_key_delete_all exec
-- args provider:text
DELETE FROM saml_key WHERE provider = :provider;
