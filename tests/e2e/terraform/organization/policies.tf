# SPDX-License-Identifier: Apache-2.0
# One policy of each kind, and where they are attached.
resource "aws_organizations_policy" "no_users" {
  name        = var.changed ? "no-users-nor-keys" : "no-users"
  description = var.changed ? "Nor keys." : "Whoever works here makes no users."
  content     = data.aws_iam_policy_document.no_users.json
  tags        = { kind = "scp" }
  depends_on  = [aws_organizations_organization.ours]
}

data "aws_iam_policy_document" "no_users" {
  statement {
    effect    = "Deny"
    actions   = var.changed ? ["iam:CreateUser", "iam:CreateAccessKey"] : ["iam:CreateUser"]
    resources = ["*"]
  }
}

resource "aws_organizations_policy" "ours_alone" {
  name = "ours-alone"
  type = "RESOURCE_CONTROL_POLICY"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "sts:AssumeRole"
      Resource  = "*"
      Condition = {
        StringNotEqualsIfExists = { "aws:PrincipalOrgID" = aws_organizations_organization.ours.id }
      }
    }]
  })
}

resource "aws_organizations_policy" "cost" {
  name = "cost"
  type = "TAG_POLICY"
  content = jsonencode({ tags = { cost = {
    tag_key   = { "@@assign" = "cost" }
    tag_value = { "@@assign" = ["1", "2"] }
  } } })
  depends_on = [aws_organizations_organization.ours]
}

# The second apply detaches it from the root, and attaches it to the unit.
resource "aws_organizations_policy_attachment" "no_users" {
  policy_id = aws_organizations_policy.no_users.id
  target_id = var.changed ? aws_organizations_organizational_unit.workloads.id : local.root
}

resource "aws_organizations_policy_attachment" "ours_alone" {
  policy_id = aws_organizations_policy.ours_alone.id
  target_id = aws_organizations_organizational_unit.production.id
}

resource "aws_organizations_policy_attachment" "cost" {
  policy_id = aws_organizations_policy.cost.id
  target_id = aws_organizations_account.shop.id
}

resource "aws_organizations_resource_policy" "ours" {
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Reads"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${aws_organizations_account.audit.id}:root" }
      Action    = var.changed ? ["organizations:ListAccounts"] : ["organizations:ListPolicies"]
      Resource  = "*"
    }]
  })
  tags = { team = var.changed ? "green" : "blue" }
}
