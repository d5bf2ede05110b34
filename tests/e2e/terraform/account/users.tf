# SPDX-License-Identifier: Apache-2.0
# Users, their keys, groups and memberships, of both kinds.
# With a new name the provider sends changed tags too early, to a user who is not there yet.
resource "aws_iam_user" "alice" {
  name                 = var.changed ? "alicia" : "alice"
  path                 = var.changed ? "/" : "/team/"
  permissions_boundary = var.changed ? aws_iam_policy.look.arn : data.aws_iam_policy.power.arn
  tags                 = { team = "blue" }
}

resource "aws_iam_user" "many" {
  count                = 3
  name                 = "user-${count.index}"
  path                 = "/many/"
  permissions_boundary = var.changed ? null : data.aws_iam_policy.power.arn
  tags                 = var.changed ? { team = "green", cost = "1" } : { team = "blue", old = "x" }
}

resource "aws_iam_access_key" "alice" {
  user   = aws_iam_user.alice.name
  status = var.changed ? "Inactive" : "Active"
}

resource "aws_iam_group" "crew" {
  name = var.changed ? "staff" : "crew"
  path = var.changed ? "/here/" : "/"
}

resource "aws_iam_group" "readers" {
  name = "readers"
}

resource "aws_iam_group_membership" "crew" {
  name  = "crew"
  group = aws_iam_group.crew.name
  users = slice(aws_iam_user.many[*].name, 0, var.changed ? 1 : 3)
}

resource "aws_iam_user_group_membership" "alice" {
  user   = aws_iam_user.alice.name
  groups = var.changed ? [] : [aws_iam_group.readers.name]
}

resource "aws_iam_account_alias" "lab" {
  account_alias = var.changed ? "our-other-lab" : "our-lab"
}
