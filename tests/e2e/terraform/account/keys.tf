# SPDX-License-Identifier: Apache-2.0
# What a person has, who goes with all of it, and with what Terraform has not made.
resource "aws_iam_user" "person" {
  name          = "person"
  force_destroy = true
  depends_on    = [aws_iam_group.readers]
}

resource "aws_iam_user_login_profile" "person" {
  user                    = aws_iam_user.person.name
  password_reset_required = true
}

resource "aws_iam_user_ssh_key" "line" {
  username   = aws_iam_user.person.name
  encoding   = "SSH"
  status     = var.changed ? "Inactive" : "Active"
  public_key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCU2QLwzuCOZkDLAKceu6as+nuW3I8kE/qcjj5t4jZAwhw+V1AQg/PN3GPiTQEBSYyRAXX61LsHONoInTG9Mv/fn59oAee5CqyilxVlWBTmqVGpA1dFSWvn5XrxQrc/PZ7DEcP2l7HjQ4BvmxftbWq6UXN1ATLkvYdVwn5/hQ8Dtklc4ZQCFTH7ZIVGqlCfDQbjuyajZgx4vORCdEvAOeFiR8pjxFsur6ZDFXS+9chQU682faFkdjBFjujftvvapvTZeghtmle5YwkpfEKPZFz5G77ZeVO4AAK/Q1qXdYVjrb9ZNCgnvixYV+eWeLSZPFfNGkvsq5Xn+YFXIHKkdXUp alice@laptop"
}

resource "aws_iam_user_ssh_key" "pem" {
  username   = aws_iam_user.many[0].name
  encoding   = "PEM"
  public_key = <<-KEY
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlNkC8M7gjmZAywCnHrum
    rPp7ltyPJBP6nI4+beI2QMIcPldQEIPzzdxj4k0BAUmMkQF1+tS7BzjaCJ0xvTL/
    35+faAHnuQqsopcVZVgU5qlRqQNXRUlr5+V68UK3Pz2ewxHD9pex40OAb5sX7W1q
    ulFzdQEy5L2HVcJ+f4UPA7ZJXOGUAhUx+2SFRqpQnw0G47smo2YMeLzkQnRLwDnh
    YkfKY8RbLq+mQxV0vvXIUFOvNn2hZHYwRY7o37b72qb02XoIbZpXuWMJKXxCj2Rc
    +Ru+2XlTuAACv0Nal3WFY62/WTQoJ74sWFfnlni0mTxXzRpL7KuV5/mBVyBypHV1
    KQIDAQAB
    -----END PUBLIC KEY-----
  KEY
}

resource "aws_iam_virtual_mfa_device" "phone" {
  virtual_mfa_device_name = "shelf"
  path                    = "/team/"
  tags                    = { stage = var.changed ? "use" : "test" }
}

resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length        = 14
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = !var.changed
  allow_users_to_change_password = true
  max_password_age               = var.changed ? 90 : 0
  hard_expiry                    = false
  password_reuse_prevention      = 24
}

resource "aws_iam_service_specific_credential" "git" {
  user_name    = aws_iam_user.person.name
  service_name = "codecommit.amazonaws.com"
  status       = var.changed ? "Inactive" : "Active"
}
