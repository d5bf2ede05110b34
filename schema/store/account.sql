-- SPDX-License-Identifier: Apache-2.0
-- Accounts and what they have of things that are counted.

-- row account_row id:text name:text email:text created:int alias:text? password_last_used:int?
-- row account_page_row id:text name:text email:text created:int closed:int?
-- row alias_row alias:text
-- row outbound_row issuer:text? enabled:bool
-- row counter_row counter:text n:int

-- query account_insert exec
-- args id:text name:text email:text email_key:text created:int
INSERT INTO account (id, name, email, email_key, created, reopened)
VALUES (:id, :name, :email, :email_key, :created,
        coalesce((SELECT reopened FROM account_gone WHERE account = :id), 0))
ON CONFLICT (id) DO NOTHING;

-- query account_get one account_row
-- args id:text
SELECT id AS "id", name AS "name", email AS "email", created AS "created", alias AS "alias",
       password_last_used AS "password_last_used"
FROM account WHERE id = :id;

-- What a start makes no account of: there is one, or it is gone.
-- query account_known one count_row
-- args id:text
SELECT (SELECT count(*) FROM account WHERE id = :id) +
       (SELECT count(*) FROM account_gone WHERE account = :id) AS "n";

-- query account_by_email one account_row
-- args email_key:text
SELECT id AS "id", name AS "name", email AS "email", created AS "created", alias AS "alias",
       password_last_used AS "password_last_used"
FROM account WHERE email_key = :email_key LIMIT 1;

-- query account_by_alias one account_row
-- args alias:text
SELECT id AS "id", name AS "name", email AS "email", created AS "created", alias AS "alias",
       password_last_used AS "password_last_used"
FROM account WHERE alias = :alias;

-- query account_password_used exec
-- args id:text at:int
UPDATE account SET password_last_used = :at WHERE id = :id;

-- Accounts that have an address, or had it until they were gone.
-- query account_email_count one count_row
-- args email_key:text but:text
SELECT (SELECT count(*) FROM account WHERE email_key = :email_key AND id <> :but) +
       (SELECT count(*) FROM account_gone WHERE email_key = :email_key AND account <> :but) AS "n";

-- query account_set_email exec
-- args id:text email:text email_key:text
UPDATE account SET email = :email, email_key = :email_key WHERE id = :id;

-- query account_set_name exec
-- args id:text name:text
UPDATE account SET name = :name WHERE id = :id;

-- query account_page many account_page_row
-- args after:text limit:int
SELECT id AS "id", name AS "name", email AS "email", created AS "created", closed AS "closed"
FROM account WHERE id > :after ORDER BY id LIMIT :limit;

-- query account_without_role many account_row
-- args name_key:text
-- scans
SELECT id AS "id", name AS "name", email AS "email", created AS "created" FROM account
WHERE NOT EXISTS (SELECT 1 FROM iam_role
                  WHERE iam_role.account = account.id AND iam_role.name_key = :name_key);

-- What an account has of something, unless that would be more than it may have.
-- query count_add exec
-- args account:text counter:text more:int most:int
INSERT INTO account_count (account, counter, n) VALUES (:account, :counter, :more)
ON CONFLICT (account, counter) DO UPDATE SET n = account_count.n + excluded.n
WHERE account_count.n + excluded.n <= :most;

-- What is counted, and more that GetAccountSummary tells. AWS undocumented: that
-- PolicyVersionsInUse counts the policies, AWS's own included, that are attached or are a boundary;
-- each of them is used in its default version.
-- query account_summary many counter_row
-- args account:text
SELECT counter AS "counter", n AS "n" FROM account_count WHERE account = :account
UNION ALL SELECT 'Providers', coalesce(sum(n), 0) FROM account_count
WHERE account = :account AND counter IN ('OpenIdConnectProviders', 'SAMLProviders')
UNION ALL SELECT 'AccountAccessKeysPresent', count(*)
FROM (SELECT 1 AS "one" FROM access_key WHERE owner = :account LIMIT 1) key
UNION ALL SELECT 'AccountMFAEnabled', count(*)
FROM (SELECT 1 AS "one" FROM mfa_device WHERE owner = :account LIMIT 1) device
UNION ALL SELECT 'AccountPasswordPresent', count(*) FROM password WHERE owner = :account
UNION ALL SELECT 'AccountSigningCertificatesPresent', count(*)
FROM (SELECT 1 AS "one" FROM signing_certificate WHERE owner = :account LIMIT 1) certificate
UNION ALL SELECT 'GlobalEndpointTokenVersion', token_version FROM account WHERE id = :account
UNION ALL SELECT 'PolicyVersionsInUseQuota', 10000;

-- Aliases are unique among all accounts; what is gone had its for good.
-- query alias_taken one count_row
-- args alias:text
SELECT (SELECT count(*) FROM account WHERE alias = :alias) +
       (SELECT count(*) FROM account_gone WHERE alias = :alias) AS "n";

-- query alias_set exec
-- args account:text alias:text
-- touches account
UPDATE account SET alias = :alias WHERE id = :account;

-- query alias_delete exec
-- args account:text alias:text
-- touches account
UPDATE account SET alias = NULL WHERE id = :account AND alias = :alias;

-- query alias_get many alias_row
-- args account:text
SELECT alias AS "alias" FROM account WHERE id = :account AND alias IS NOT NULL;

-- query outbound_get one outbound_row
-- args account:text
SELECT outbound_issuer AS "issuer", outbound_enabled AS "enabled" FROM account
WHERE id = :account;

-- query outbound_set exec
-- args account:text issuer:text enabled:bool
UPDATE account SET outbound_issuer = :issuer, outbound_enabled = :enabled WHERE id = :account;

-- query token_version_set exec
-- args account:text version:int
-- touches account
UPDATE account SET token_version = :version WHERE id = :account;
