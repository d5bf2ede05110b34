# SPDX-License-Identifier: Apache-2.0
resource "aws_account_primary_contact" "lab" {
  full_name       = var.changed ? "Joe Doe" : "Jane Doe"
  address_line_1  = "1 Main Street"
  city            = "Seattle"
  state_or_region = "WA"
  postal_code     = "98109"
  country_code    = "US"
  phone_number    = "+12065550100"
  company_name    = var.changed ? null : "Example Corp."
}

resource "aws_account_alternate_contact" "security" {
  alternate_contact_type = "SECURITY"
  name                   = "Sam"
  title                  = var.changed ? "Head" : "Chief"
  email_address          = "security@example.com"
  phone_number           = "+12065550101"
}

# Which the test enables beforehand: it takes two minutes.
resource "aws_account_region" "milan" {
  region_name = "eu-south-1"
  enabled     = true
}
