-- SPDX-License-Identifier: Apache-2.0

-- Nothing reads it: tokens name their issuer, and IAM shows providers without a scheme.
ALTER TABLE oidc_provider DROP COLUMN url;
