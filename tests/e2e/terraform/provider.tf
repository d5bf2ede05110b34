# SPDX-License-Identifier: Apache-2.0
# Endpoint, region and key come from the environment, as in a user's shell.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  # The provider now and then resets a connection while it reads an answer that was sent in full.
  max_retries = 3
  default_tags {
    tags = {
      owner = "terraform"
    }
  }
}

# The second apply says true.
variable "changed" {
  type    = bool
  default = false
}
