# SPDX-License-Identifier: Apache-2.0
# Managed and inline policies, what they are attached to, and that nothing else is.
data "aws_iam_policy_document" "look" {
  statement {
    sid       = "Look"
    actions   = var.changed ? ["iam:GetUser", "iam:ListUsers"] : ["iam:GetUser"]
    resources = ["arn:aws:iam::*:user/$${aws:username}"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/owner"
      values   = ["terraform", "&<é>"]
    }
  }
}

resource "aws_iam_policy" "look" {
  name        = "look"
  path        = "/team/"
  description = "Who am I?"
  policy      = data.aws_iam_policy_document.look.json
  tags        = { team = var.changed ? "green" : "blue" }
}

resource "aws_iam_policy" "everywhere" {
  name_prefix = "everywhere-"
  policy      = data.aws_iam_policy_document.look.json
}

resource "aws_iam_user_policy" "alice" {
  name   = "inline"
  user   = aws_iam_user.alice.name
  policy = data.aws_iam_policy_document.look.json
}

resource "aws_iam_group_policy" "crew" {
  name  = "inline"
  group = aws_iam_group.crew.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "iam:GetGroup", Resource = "*" }]
  })
}

resource "aws_iam_user_policy_attachment" "alice" {
  user       = aws_iam_user.alice.name
  policy_arn = aws_iam_policy.look.arn
}

resource "aws_iam_group_policy_attachment" "readers" {
  group      = aws_iam_group.readers.name
  policy_arn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
}

resource "aws_iam_policy_attachment" "everywhere" {
  name       = "everywhere"
  policy_arn = aws_iam_policy.everywhere.arn
  users      = slice(aws_iam_user.many[*].name, 0, var.changed ? 2 : 3)
  groups     = [aws_iam_group.crew.name]
}

resource "aws_iam_user_policies_exclusive" "alice" {
  user_name    = aws_iam_user.alice.name
  policy_names = [aws_iam_user_policy.alice.name]
}

resource "aws_iam_group_policies_exclusive" "crew" {
  group_name   = aws_iam_group.crew.name
  policy_names = [aws_iam_group_policy.crew.name]
}

resource "aws_iam_user_policy_attachments_exclusive" "alice" {
  user_name   = aws_iam_user.alice.name
  policy_arns = [aws_iam_user_policy_attachment.alice.policy_arn]
}

resource "aws_iam_group_policy_attachments_exclusive" "readers" {
  group_name  = aws_iam_group.readers.name
  policy_arns = [aws_iam_group_policy_attachment.readers.policy_arn]
}
