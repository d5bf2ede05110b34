-- SPDX-License-Identifier: Apache-2.0

-- A page of a group's members finds each by name, as everything else does: the id would lead to the
-- name first, which is a second search through all users.
ALTER TABLE group_member ADD COLUMN user_key TEXT NOT NULL DEFAULT '';
UPDATE group_member SET user_key = (SELECT name_key FROM iam_user WHERE id = group_member.user_id);
