# SPDX-License-Identifier: Apache-2.0
# What the management account tells AWS of itself, and of a member.
resource "aws_account_primary_contact" "ours" {
  full_name      = "Ann Example"
  address_line_1 = "2 Main Street"
  city           = "Seattle"
  postal_code    = "98109"
  country_code   = "US"
  phone_number   = "+12065550102"
}

locals {
  member = aws_organizations_account.shop.id
}

resource "aws_account_primary_contact" "shop" {
  account_id      = local.member
  full_name       = var.changed ? "Joe Doe" : "Jane Doe"
  address_line_1  = "1 Main Street"
  city            = "Seattle"
  state_or_region = var.changed ? null : "WA"
  postal_code     = "98109"
  country_code    = "US"
  phone_number    = "+12065550100"
  company_name    = var.changed ? null : "Example Corp."
}

resource "aws_account_alternate_contact" "shop" {
  account_id             = local.member
  alternate_contact_type = "BILLING"
  name                   = "Sam"
  title                  = var.changed ? "Head" : "Chief"
  email_address          = "billing@example.com"
  phone_number           = "+12065550101"
}

# Which the test enables before the second apply: it takes two minutes.
resource "aws_account_region" "shop" {
  count       = var.changed ? 1 : 0
  account_id  = local.member
  region_name = "eu-south-1"
  enabled     = true
}
