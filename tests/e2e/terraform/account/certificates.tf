# SPDX-License-Identifier: Apache-2.0
# A server certificate and a signing certificate, of the files of tests/certificates.
variable "certificates" {
  type = string
}

# With a new name the provider sends changed tags too early, as with users.
resource "aws_iam_server_certificate" "site" {
  name              = var.changed ? "moved" : "site"
  path              = var.changed ? "/" : "/cloudfront/"
  certificate_body  = file("${var.certificates}/server.pem")
  certificate_chain = file("${var.certificates}/intermediate.pem")
  private_key       = file("${var.certificates}/server.key")
  tags              = { stage = "test" }
}

resource "aws_iam_signing_certificate" "alice" {
  user_name        = aws_iam_user.alice.name
  certificate_body = file("${var.certificates}/person.pem")
  status           = var.changed ? "Inactive" : "Active"
}

data "aws_iam_server_certificate" "site" {
  name = aws_iam_server_certificate.site.name
}
