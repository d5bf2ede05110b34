# SPDX-License-Identifier: Apache-2.0
# What the data sources read back.
data "aws_caller_identity" "self" {}

data "aws_iam_session_context" "self" {
  arn = data.aws_caller_identity.self.arn
}

data "aws_iam_user" "alice" {
  user_name = aws_iam_user.alice.name
}

data "aws_iam_user" "last" {
  user_name = aws_iam_user.many[2].name
}

data "aws_iam_access_keys" "alice" {
  user = aws_iam_access_key.alice.user
}

data "aws_iam_users" "many" {
  path_prefix = "/many/"
  depends_on  = [aws_iam_user.many]
}

data "aws_iam_group" "crew" {
  group_name = aws_iam_group_membership.crew.group
}

data "aws_iam_policy" "look" {
  arn = aws_iam_policy.look.arn
}

data "aws_iam_policy" "look_by_name" {
  name        = aws_iam_policy.look.name
  path_prefix = aws_iam_policy.look.path
}

data "aws_iam_policy" "power" {
  name = "PowerUserAccess"
}

data "aws_iam_account_alias" "lab" {
  depends_on = [aws_iam_account_alias.lab]
}

output "found" {
  value = {
    caller   = data.aws_caller_identity.self.arn
    session  = data.aws_iam_session_context.self.issuer_arn
    alice    = data.aws_iam_user.alice.arn
    boundary = data.aws_iam_user.alice.permissions_boundary
    tags     = data.aws_iam_user.last.tags
    keys     = data.aws_iam_access_keys.alice.access_keys[*].status
    many     = sort(data.aws_iam_users.many.names)
    crew     = sort(data.aws_iam_group.crew.users[*].user_name)
    policy   = jsondecode(data.aws_iam_policy.look.policy)
    by_name  = data.aws_iam_policy.look_by_name.arn
    powers   = jsondecode(data.aws_iam_policy.power.policy).Statement[0].Effect
    site     = data.aws_iam_server_certificate.site.arn
    alias    = data.aws_iam_account_alias.lab.account_alias
  }
}
