-- SPDX-License-Identifier: Apache-2.0

-- For lists below a path, as 0014 has them. Lists of policies go by id.
CREATE INDEX managed_policy_by_path ON managed_policy (account, path, id) WHERE path <> '/';
