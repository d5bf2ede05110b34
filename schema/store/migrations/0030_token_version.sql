-- SPDX-License-Identifier: Apache-2.0
-- Which tokens the global endpoint of STS gives out for the account.
ALTER TABLE account ADD COLUMN token_version BIGINT NOT NULL DEFAULT 1;
