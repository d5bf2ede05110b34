# SPDX-License-Identifier: Apache-2.0
# A tree of units with accounts in it, and what its services may do.
resource "aws_organizations_organization" "ours" {
  feature_set = "ALL"
  aws_service_access_principals = concat(
    ["account.amazonaws.com", "iam.amazonaws.com", "sso.amazonaws.com"],
  var.changed ? ["ram.amazonaws.com"] : ["tagpolicies.tag.amazonaws.com"])
  enabled_policy_types = concat(["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY"],
  var.changed ? ["BACKUP_POLICY"] : ["AISERVICES_OPT_OUT_POLICY"])
}

locals {
  root = aws_organizations_organization.ours.roots[0].id
}

resource "aws_organizations_organizational_unit" "workloads" {
  name      = var.changed ? "Workloads and more" : "Workloads"
  parent_id = local.root
  tags      = { team = var.changed ? "green" : "blue" }
}

resource "aws_organizations_organizational_unit" "production" {
  name      = "Production"
  parent_id = aws_organizations_organizational_unit.workloads.id
}

# It moves in the second apply.
resource "aws_organizations_account" "shop" {
  name                       = "shop"
  email                      = "shop@example.com"
  parent_id                  = local.home
  iam_user_access_to_billing = "ALLOW"
  role_name                  = "Admin"
  tags                       = { cost = var.changed ? "2" : "1" }
  lifecycle {
    ignore_changes = [role_name] # which nothing can read
  }
}

locals {
  home = (var.changed ? aws_organizations_organizational_unit.workloads.id
  : aws_organizations_organizational_unit.production.id)
}

resource "aws_organizations_account" "audit" {
  name              = "audit"
  email             = "audit@example.com"
  close_on_deletion = true
  depends_on        = [aws_organizations_organization.ours]
}

resource "aws_organizations_delegated_administrator" "access" {
  account_id        = aws_organizations_account.audit.id
  service_principal = "sso.amazonaws.com"
}

resource "aws_organizations_delegated_administrator" "account" {
  account_id        = aws_organizations_account.audit.id
  service_principal = "account.amazonaws.com"
}

resource "aws_iam_organizations_features" "ours" {
  enabled_features = concat(["RootCredentialsManagement"], var.changed ? [] : ["RootSessions"])
  depends_on       = [aws_organizations_organization.ours]
}
