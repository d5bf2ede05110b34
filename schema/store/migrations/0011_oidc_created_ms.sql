-- SPDX-License-Identifier: Apache-2.0

-- In milliseconds from here on, which IAM shows of providers alone.
UPDATE oidc_provider SET created = created * 1000;
