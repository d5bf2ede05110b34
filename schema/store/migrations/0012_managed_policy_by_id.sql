-- SPDX-License-Identifier: Apache-2.0

-- Lists of an account's policies go by id.
CREATE INDEX managed_policy_by_id ON managed_policy (account, id);
