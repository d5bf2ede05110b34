-- SPDX-License-Identifier: Apache-2.0
-- What is left of an account that was closed for good is deleted piece by piece, by
-- lib/access/account_purge.c. The test account_purge wants a query for every table that has
-- something of an account.

-- row overdue_row id:text closed:int
-- row content_row id:text

-- The account that was closed first.
-- query account_closed_first one overdue_row
SELECT id AS "id", closed AS "closed" FROM account WHERE closed IS NOT NULL
ORDER BY closed, id LIMIT 1;

-- What is in an account, and may have something in turn: ids, ARNs of what has policies or clients
-- below it, and keys of devices.
-- query account_contents many content_row
-- args account:text limit:int
SELECT id AS "id" FROM instance_profile WHERE account = :account
UNION ALL SELECT id FROM iam_user WHERE account = :account
UNION ALL SELECT id FROM iam_group WHERE account = :account
UNION ALL SELECT id FROM iam_role WHERE account = :account
UNION ALL SELECT arn FROM managed_policy WHERE account = :account
UNION ALL SELECT arn FROM oidc_provider WHERE account = :account
UNION ALL SELECT id FROM saml_provider WHERE account = :account
UNION ALL SELECT id FROM server_certificate WHERE account = :account
UNION ALL SELECT serial_key FROM mfa_device WHERE account = :account
UNION ALL SELECT arn FROM resource WHERE account = :account
LIMIT :limit;

-- query purge_mfa_certification exec
-- args account:text id:text
DELETE FROM mfa_certification WHERE account = :account AND serial_key = :id;

-- query purge_mfa_device exec
-- args account:text id:text
DELETE FROM mfa_device WHERE account = :account AND serial_key = :id;

-- query purge_access_key exec
-- args id:text
-- touches id
DELETE FROM access_key WHERE id = :id;

-- query purge_access_use exec
-- args id:text
DELETE FROM access_use WHERE owner = :id;

-- query purge_attachment exec
-- args id:text
-- touches id
DELETE FROM attachment WHERE owner = :id;

-- query purge_group_member exec
-- args id:text
-- touches id
DELETE FROM group_member WHERE group_id = :id;

-- query purge_group_member_of_user exec
-- args id:text
-- touches id
DELETE FROM group_member WHERE user_id = :id;

-- query purge_inline_policy exec
-- args id:text
-- touches id
DELETE FROM inline_policy WHERE owner = :id;

-- query purge_oidc_client exec
-- args id:text
-- touches id
DELETE FROM oidc_client WHERE provider = :id;

-- query purge_oauth_grant exec
-- args id:text
DELETE FROM oauth_grant WHERE owner = :id;

-- query purge_console_session exec
-- args id:text
DELETE FROM console_session WHERE owner = :id;

-- query purge_password exec
-- args id:text
-- touches id
DELETE FROM password WHERE owner = :id;

-- query purge_password_history exec
-- args id:text
-- touches id
DELETE FROM password_history WHERE owner = :id;

-- query purge_policy_version exec
-- args id:text
-- touches id
DELETE FROM policy_version WHERE policy = :id;

-- query purge_saml_key exec
-- args id:text
-- touches id
DELETE FROM saml_key WHERE provider = :id;

-- query purge_service_credential exec
-- args id:text
-- touches id
DELETE FROM service_credential WHERE owner = :id;

-- query purge_signing_certificate exec
-- args id:text
-- touches id
DELETE FROM signing_certificate WHERE owner = :id;

-- query purge_ssh_public_key exec
-- args id:text
-- touches id
DELETE FROM ssh_public_key WHERE owner = :id;

-- query purge_tag exec
-- args id:text
-- touches id
DELETE FROM tag WHERE owner = :id;

-- query purge_trust_principal exec
-- args id:text
-- touches id
DELETE FROM trust_principal WHERE role = :id;

-- query purge_instance_profile exec
-- args id:text
-- touches id
DELETE FROM instance_profile WHERE id = :id;

-- query purge_iam_user exec
-- args id:text
-- touches id
DELETE FROM iam_user WHERE id = :id;

-- query purge_iam_group exec
-- args id:text
-- touches id
DELETE FROM iam_group WHERE id = :id;

-- query purge_iam_role exec
-- args id:text
-- touches id
DELETE FROM iam_role WHERE id = :id;

-- query purge_managed_policy exec
-- args id:text
-- touches id
DELETE FROM managed_policy WHERE arn = :id;

-- query purge_oidc_provider exec
-- args id:text
-- touches id
DELETE FROM oidc_provider WHERE arn = :id;

-- query purge_saml_provider exec
-- args id:text
-- touches id
DELETE FROM saml_provider WHERE id = :id;

-- query purge_server_certificate exec
-- args id:text
-- touches id
DELETE FROM server_certificate WHERE id = :id;

-- query purge_account_alternate_contact exec
-- args id:text
DELETE FROM account_alternate_contact WHERE account = :id;

-- query purge_account_contact exec
-- args id:text
DELETE FROM account_contact WHERE account = :id;

-- query purge_account_count exec
-- args id:text
DELETE FROM account_count WHERE account = :id;

-- query purge_account_region exec
-- args id:text
DELETE FROM account_region WHERE account = :id;

-- query purge_account_task exec
-- args id:text
DELETE FROM account_task WHERE account = :id;

-- query purge_credential_report exec
-- args id:text
DELETE FROM credential_report WHERE account = :id;

-- query purge_credential_report_part exec
-- args id:text
DELETE FROM credential_report_part WHERE account = :id;

-- query purge_delegation_notice exec
-- args id:text
DELETE FROM delegation_notice WHERE account = :id OR request IN
    (SELECT id FROM delegation_request WHERE owner_account = :id);

-- query purge_delegation_request exec
-- args id:text
DELETE FROM delegation_request WHERE requestor = :id OR owner_account = :id;

-- query purge_delegation_template exec
-- args id:text
DELETE FROM delegation_template WHERE account = :id;

-- query purge_password_policy exec
-- args id:text
DELETE FROM password_policy WHERE account = :id;

-- query purge_policy_use exec
-- args id:text
DELETE FROM policy_use WHERE account = :id;

-- query purge_primary_email_update exec
-- args id:text
DELETE FROM primary_email_update WHERE account = :id;

-- query purge_root_recovery exec
-- args id:text
DELETE FROM root_recovery WHERE account = :id;

-- query purge_role_deletion exec
-- args id:text
DELETE FROM role_deletion WHERE account = :id;

-- An organization goes with the account that manages it.
-- query purge_organization_account_request exec
-- args id:text
DELETE FROM organization_account_request
WHERE organization IN (SELECT id FROM organization WHERE management = :id) OR account = :id;

-- query purge_organization_handshake exec
-- args id:text
DELETE FROM organization_handshake
WHERE organization IN (SELECT id FROM organization WHERE management = :id) OR recipient = :id;

-- query purge_organization_transfer exec
-- args id:text
DELETE FROM organization_transfer
WHERE target IN (SELECT id FROM organization WHERE management = :id) OR source = :id;

-- query purge_organization_attachment exec
-- args id:text
-- touches id
DELETE FROM organization_attachment
WHERE organization IN (SELECT id FROM organization WHERE management = :id) OR target = :id;

-- query purge_organization_delegate exec
-- args id:text
-- touches id
DELETE FROM organization_delegate
WHERE organization IN (SELECT id FROM organization WHERE management = :id) OR account = :id;

-- query purge_organization_member exec
-- args id:text
-- touches id
DELETE FROM organization_member
WHERE organization IN (SELECT id FROM organization WHERE management = :id) OR account = :id;

-- query purge_organization_policy exec
-- args id:text
-- touches id
DELETE FROM organization_policy
WHERE organization IN (SELECT id FROM organization WHERE management = :id);

-- query purge_organization_policy_kind exec
-- args id:text
-- touches id
DELETE FROM organization_policy_kind
WHERE organization IN (SELECT id FROM organization WHERE management = :id);

-- query purge_organization_resource_policy exec
-- args id:text
-- touches id
DELETE FROM organization_resource_policy
WHERE organization IN (SELECT id FROM organization WHERE management = :id);

-- query purge_organization_service exec
-- args id:text
-- touches id
DELETE FROM organization_service
WHERE organization IN (SELECT id FROM organization WHERE management = :id);

-- query purge_organization_unit exec
-- args id:text
-- touches id
DELETE FROM organization_unit
WHERE organization IN (SELECT id FROM organization WHERE management = :id);

-- query purge_organization exec
-- args id:text
-- touches id
DELETE FROM organization WHERE management = :id;

-- What stays of an account that is gone.
-- query purge_leave exec
-- args id:text
INSERT INTO account_gone (account, reopened, email_key, alias)
SELECT id, reopened + 1, email_key, alias FROM account WHERE id = :id
ON CONFLICT (account) DO UPDATE SET reopened = excluded.reopened, email_key = excluded.email_key,
                                    alias = excluded.alias;

-- query purge_account exec
-- args id:text
-- touches id
DELETE FROM account WHERE id = :id;

-- query purge_resource exec
-- args id:text
-- touches id
DELETE FROM resource WHERE arn = :id;

-- query purge_resource_fact exec
-- args id:text
-- touches id
DELETE FROM resource_fact WHERE arn = :id;

-- query purge_resource_grant exec
-- args id:text
-- touches id
DELETE FROM resource_grant WHERE arn = :id;
