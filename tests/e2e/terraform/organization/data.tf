# SPDX-License-Identifier: Apache-2.0
# What the data sources read back, when all that they tell of is there.
data "aws_organizations_organization" "ours" {
  depends_on = [aws_organizations_delegated_administrator.account,
  aws_organizations_account.shop]
}

data "aws_organizations_organizational_unit" "workloads" {
  name      = aws_organizations_organizational_unit.workloads.name
  parent_id = local.root
}

data "aws_organizations_organizational_units" "root" {
  parent_id = local.root
  depends_on = [aws_organizations_organizational_unit.workloads,
  aws_organizations_organizational_unit.production]
}

data "aws_organizations_organizational_unit_descendant_organizational_units" "root" {
  parent_id = local.root
  depends_on = [aws_organizations_organizational_unit.workloads,
  aws_organizations_organizational_unit.production]
}

data "aws_organizations_organizational_unit_child_accounts" "home" {
  parent_id  = local.home
  depends_on = [aws_organizations_account.shop]
}

data "aws_organizations_organizational_unit_descendant_accounts" "root" {
  parent_id  = local.root
  depends_on = [aws_organizations_account.shop, aws_organizations_account.audit]
}

data "aws_organizations_policies" "scp" {
  filter     = "SERVICE_CONTROL_POLICY"
  depends_on = [aws_organizations_policy.no_users]
}

data "aws_organizations_policies_for_target" "scp" {
  target_id  = aws_organizations_policy_attachment.no_users.target_id
  filter     = "SERVICE_CONTROL_POLICY"
  depends_on = [aws_organizations_policy_attachment.no_users]
}

data "aws_organizations_policy" "no_users" {
  policy_id  = aws_organizations_policy.no_users.id
  depends_on = [aws_organizations_policy.no_users]
}

data "aws_organizations_policy" "full_access" {
  policy_id  = "p-FullAWSAccess"
  depends_on = [aws_organizations_organization.ours]
}

data "aws_organizations_delegated_administrators" "account" {
  service_principal = aws_organizations_delegated_administrator.account.service_principal
}

data "aws_organizations_delegated_services" "audit" {
  account_id = aws_organizations_account.audit.id
  depends_on = [aws_organizations_delegated_administrator.account,
  aws_organizations_delegated_administrator.access]
}

data "aws_organizations_resource_tags" "shop" {
  resource_id = aws_organizations_account.shop.id
  depends_on  = [aws_organizations_account.shop]
}

data "aws_account_primary_contact" "shop" {
  account_id = aws_account_primary_contact.shop.account_id
  depends_on = [aws_account_primary_contact.shop]
}

data "aws_account_primary_contact" "ours" {
  depends_on = [aws_account_primary_contact.ours]
}

locals {
  seen      = data.aws_organizations_organization.ours
  seen_unit = data.aws_organizations_organizational_unit.workloads
  all_units = data.aws_organizations_organizational_unit_descendant_organizational_units.root
  members   = data.aws_organizations_organizational_unit_descendant_accounts.root
  delegates = data.aws_organizations_delegated_administrators.account
  delegated = data.aws_organizations_delegated_services.audit
  policies  = data.aws_organizations_policies.scp
  no_users  = jsondecode(data.aws_organizations_policy.no_users.content)
  everybody = jsondecode(data.aws_organizations_policy.full_access.content)
  attached  = data.aws_organizations_policies_for_target.scp
  at_home   = data.aws_organizations_organizational_unit_child_accounts.home
  names     = { (aws_organizations_policy.no_users.id) = "no-users" }
}

output "found" {
  value = {
    features            = local.seen.feature_set
    management          = local.seen.master_account_id
    accounts            = sort(local.seen.accounts[*].name)
    members             = sort(local.seen.non_master_accounts[*].name)
    statuses            = distinct(local.seen.accounts[*].status)
    services            = sort(local.seen.aws_service_access_principals)
    types               = sort(local.seen.enabled_policy_types)
    unit                = local.seen_unit.name
    units               = data.aws_organizations_organizational_units.root.children[*].name
    all_units           = sort(local.all_units.children[*].name)
    home                = local.at_home.accounts[*].name
    below_root          = sort(local.members.accounts[*].name)
    policies            = sort([for id in local.policies.ids : lookup(local.names, id, id)])
    policies_for_target = sort([for id in local.attached.ids : lookup(local.names, id, id)])
    policy              = data.aws_organizations_policy.no_users.name
    description         = data.aws_organizations_policy.no_users.description
    denied              = local.no_users.Statement[0].Action
    managed             = data.aws_organizations_policy.full_access.aws_managed
    full_access         = local.everybody.Statement[0].Effect
    delegates           = local.delegates.delegated_administrators[*].name
    delegated           = sort(local.delegated.delegated_services[*].service_principal)
    tags                = data.aws_organizations_resource_tags.shop.tags
    contact             = data.aws_account_primary_contact.shop.full_name
    company             = data.aws_account_primary_contact.shop.company_name
    state               = data.aws_account_primary_contact.shop.state_or_region
    own_contact         = data.aws_account_primary_contact.ours.full_name
  }
}
