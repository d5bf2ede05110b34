-- SPDX-License-Identifier: Apache-2.0

-- For lists below a path. Most things are at "/", and lists of all go by name.
CREATE INDEX iam_user_by_path ON iam_user (account, path, name_key) WHERE path <> '/';
CREATE INDEX iam_group_by_path ON iam_group (account, path, name_key) WHERE path <> '/';
CREATE INDEX iam_role_by_path ON iam_role (account, path, name_key) WHERE path <> '/';
CREATE INDEX instance_profile_by_path ON instance_profile (account, path, name_key)
    WHERE path <> '/';
