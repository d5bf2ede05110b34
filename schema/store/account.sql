-- SPDX-License-Identifier: Apache-2.0
-- Accounts and the counts their quotas are checked against.

-- row account_row id:text email:text created:int
-- row alias_row alias:text
-- row outbound_row issuer:text? enabled:bool
-- row summary_row users:int user_groups:int policies:int policies_in_use:int root_keys:int roles:int instance_profiles:int oidc_providers:int saml_providers:int mfa_devices:int mfa_in_use:int root_mfa:int

-- query account_insert exec
-- args id:text email:text created:int
INSERT INTO account (id, email, created) VALUES (:id, :email, :created)
ON CONFLICT (id) DO NOTHING;

-- query account_get one account_row
-- args id:text
SELECT id AS "id", email AS "email", created AS "created" FROM account WHERE id = :id;

-- query account_page many account_row
-- args after:text limit:int
SELECT id AS "id", email AS "email", created AS "created" FROM account
WHERE id > :after ORDER BY id LIMIT :limit;

-- query account_without_role many account_row
-- args name_key:text
-- scans
SELECT id AS "id", email AS "email", created AS "created" FROM account
WHERE NOT EXISTS (SELECT 1 FROM iam_role
                  WHERE iam_role.account = account.id AND iam_role.name_key = :name_key);

-- query account_add_user exec
-- args account:text quota:int
UPDATE account SET users = users + 1 WHERE id = :account AND users < :quota;

-- query account_drop_user exec
-- args account:text
UPDATE account SET users = users - 1 WHERE id = :account;

-- query account_add_group exec
-- args account:text quota:int
UPDATE account SET user_groups = user_groups + 1 WHERE id = :account AND user_groups < :quota;

-- query account_drop_group exec
-- args account:text
UPDATE account SET user_groups = user_groups - 1 WHERE id = :account;

-- query account_add_policy exec
-- args account:text quota:int
UPDATE account SET policies = policies + 1 WHERE id = :account AND policies < :quota;

-- query account_drop_policy exec
-- args account:text
UPDATE account SET policies = policies - 1 WHERE id = :account;

-- query account_use_policies exec
-- args account:text more:int
UPDATE account SET policies_in_use = policies_in_use + :more WHERE id = :account;

-- query account_add_role exec
-- args account:text quota:int
UPDATE account SET roles = roles + 1 WHERE id = :account AND roles < :quota;

-- query account_drop_role exec
-- args account:text
UPDATE account SET roles = roles - 1 WHERE id = :account;

-- query account_add_profile exec
-- args account:text quota:int
UPDATE account SET instance_profiles = instance_profiles + 1
WHERE id = :account AND instance_profiles < :quota;

-- query account_drop_profile exec
-- args account:text
UPDATE account SET instance_profiles = instance_profiles - 1 WHERE id = :account;

-- query account_add_mfa exec
-- args account:text quota:int
UPDATE account SET mfa_devices = mfa_devices + 1 WHERE id = :account AND mfa_devices < :quota;

-- query account_drop_mfa exec
-- args account:text
UPDATE account SET mfa_devices = mfa_devices - 1 WHERE id = :account;

-- query account_use_mfa exec
-- args account:text more:int
UPDATE account SET mfa_in_use = mfa_in_use + :more WHERE id = :account;

-- query account_add_oidc_provider exec
-- args account:text quota:int
UPDATE account SET oidc_providers = oidc_providers + 1
WHERE id = :account AND oidc_providers < :quota;

-- query account_drop_oidc_provider exec
-- args account:text
UPDATE account SET oidc_providers = oidc_providers - 1 WHERE id = :account;

-- query account_add_saml_provider exec
-- args account:text quota:int
UPDATE account SET saml_providers = saml_providers + 1
WHERE id = :account AND saml_providers < :quota;

-- query account_drop_saml_provider exec
-- args account:text
UPDATE account SET saml_providers = saml_providers - 1 WHERE id = :account;

-- query account_summary one summary_row
-- args id:text
SELECT users AS "users", user_groups AS "user_groups", policies AS "policies",
       policies_in_use AS "policies_in_use",
       EXISTS (SELECT 1 FROM access_key WHERE owner = :id) AS "root_keys",
       roles AS "roles", instance_profiles AS "instance_profiles",
       mfa_devices AS "mfa_devices", mfa_in_use AS "mfa_in_use",
       EXISTS (SELECT 1 FROM mfa_device WHERE owner = :id) AS "root_mfa",
       oidc_providers AS "oidc_providers", saml_providers AS "saml_providers"
FROM account WHERE id = :id;

-- Aliases are unique among all accounts.
-- query alias_taken one count_row
-- args alias:text
SELECT count(*) AS "n" FROM account WHERE alias = :alias;

-- query alias_set exec
-- args account:text alias:text
UPDATE account SET alias = :alias WHERE id = :account;

-- query alias_delete exec
-- args account:text alias:text
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
