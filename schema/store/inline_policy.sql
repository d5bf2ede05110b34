-- SPDX-License-Identifier: Apache-2.0
-- Inline policies. The owner is the id of a user, a group or a role.

-- row policy_row name:text document:text
-- row policy_name_row name:text
-- row policy_size_row size:int

-- query policy_put exec
-- args owner:text name:text name_key:text document:text size:int
-- touches owner
INSERT INTO inline_policy (owner, name_key, name, document, size)
VALUES (:owner, :name_key, :name, :document, :size)
ON CONFLICT (owner, name_key)
DO UPDATE SET name = excluded.name, document = excluded.document, size = excluded.size;

-- query policy_get one policy_row
-- args owner:text name_key:text
SELECT name AS "name", document AS "document"
FROM inline_policy WHERE owner = :owner AND name_key = :name_key;

-- query policy_delete exec
-- args owner:text name_key:text
-- touches owner
DELETE FROM inline_policy WHERE owner = :owner AND name_key = :name_key;

-- query policy_page many policy_name_row
-- args owner:text after:text limit:int
SELECT name AS "name" FROM inline_policy
WHERE owner = :owner AND name_key > :after ORDER BY name_key LIMIT :limit;

-- query policy_all many policy_row
-- args owner:text
SELECT name AS "name", document AS "document"
FROM inline_policy WHERE owner = :owner ORDER BY name_key;

-- The size of all others: what a new or changed policy is added to.
-- query policy_size_of_others one policy_size_row
-- args owner:text name_key:text
SELECT coalesce(sum(size), 0) AS "size"
FROM inline_policy WHERE owner = :owner AND name_key <> :name_key;
