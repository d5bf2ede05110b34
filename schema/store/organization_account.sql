-- SPDX-License-Identifier: Apache-2.0
-- Accounts that organizations make and close, and whether members may leave.

-- row account_request_row id:text name:text account:text failure:text requested:int
-- row member_row organization:text management:text method:text joined:int
-- row asked_row account:text method:text
-- row standalone_row payment_method:bool agreement:bool phone_verified:bool

-- query account_request_insert exec
-- args id:text organization:text name:text account:text failure:text requested:int
INSERT INTO organization_account_request (id, organization, name, account, failure, requested)
VALUES (:id, :organization, :name, :account, :failure, :requested);

-- query account_request_get one account_request_row
-- args id:text organization:text
SELECT id AS "id", name AS "name", account AS "account", failure AS "failure",
       requested AS "requested"
FROM organization_account_request WHERE id = :id AND organization = :organization;

-- In the order they were made in.
-- query account_request_page many account_request_row
-- args organization:text after:int after_id:text limit:int
SELECT id AS "id", name AS "name", account AS "account", failure AS "failure",
       requested AS "requested"
FROM organization_account_request
WHERE organization = :organization
  AND (requested > :after OR (requested = :after AND id > :after_id))
ORDER BY requested, id LIMIT :limit;

-- query account_request_since one count_row
-- args organization:text since:int
SELECT count(*) AS "n" FROM organization_account_request
WHERE organization = :organization AND requested > :since;

-- Of what became an account, the account tells how long it is known.
-- query account_request_forget exec
-- args organization:text before:int
DELETE FROM organization_account_request
WHERE organization = :organization AND requested < :before AND account = '';

-- query account_request_forget_all exec
-- args organization:text
DELETE FROM organization_account_request WHERE organization = :organization;

-- query organization_member_state one member_row
-- args account:text
SELECT m.organization AS "organization", o.management AS "management", m.method AS "method",
       m.joined AS "joined"
FROM organization_member m JOIN organization o ON o.id = m.organization
WHERE m.account = :account;

-- Members, closed ones too, and accounts that are invited.
-- query organization_size one count_row
-- args organization:text now:int
SELECT (SELECT count(*) FROM organization_member WHERE organization = :organization)
     + (SELECT count(*) FROM organization_handshake
        WHERE organization = :organization AND action = 'INVITE' AND state = 'OPEN'
          AND ended > :now) AS "n";

-- query organization_closures_since one count_row
-- args organization:text since:int
SELECT count(*) AS "n" FROM organization_member m JOIN account a ON a.id = m.account
WHERE m.organization = :organization AND a.closed IS NOT NULL AND a.closing > :since;

-- query account_close_member exec
-- args id:text now:int closing:int
-- touches id
UPDATE account SET closed = :now, closing = :closing WHERE id = :id AND closed IS NULL;

-- query account_standalone one standalone_row
-- args id:text
SELECT payment_method AS "payment_method", agreement AS "agreement",
       phone_verified AS "phone_verified"
FROM account WHERE id = :id;

-- query account_set_standalone exec
-- args id:text payment_method:bool agreement:bool phone_verified:bool
UPDATE account SET payment_method = :payment_method, agreement = :agreement,
                   phone_verified = :phone_verified
WHERE id = :id;

-- query organization_delegations one count_row
-- args account:text
SELECT count(*) AS "n" FROM organization_delegate WHERE account = :account;

-- query contact_copy exec
-- args account:text from:text
INSERT INTO account_contact (account, full_name, address_line_1, address_line_2, address_line_3,
                             city, state, district, postal_code, country, phone, company, website)
SELECT :account, full_name, address_line_1, address_line_2, address_line_3, city, state, district,
       postal_code, country, phone, company, website
FROM account_contact WHERE account = :from;

-- Members, without the one that manages the organization, that have to agree to all features: those
-- that were not made by it, and those that have deleted the role of that name.
-- query organization_asked many asked_row
-- args organization:text role_key:text
SELECT m.account AS "account", m.method AS "method"
FROM organization_member m JOIN organization o ON o.id = m.organization
WHERE m.organization = :organization AND m.account <> o.management
  AND (m.method = 'INVITED'
       OR NOT EXISTS (SELECT 1 FROM iam_role
                      WHERE account = m.account AND name_key = :role_key));

-- query organization_set_features exec
-- args id:text features:text
-- touches id
UPDATE organization SET features = :features WHERE id = :id;

-- query organization_open_members one count_row
-- args organization:text but:text
SELECT count(*) AS "n" FROM organization_member m JOIN account a ON a.id = m.account
WHERE m.organization = :organization AND m.account <> :but AND a.closed IS NULL;
