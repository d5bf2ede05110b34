-- SPDX-License-Identifier: Apache-2.0
-- Managed policies of users, groups and roles. Owners are ids, policies ARNs.

-- row entity_row id:text name:text

-- query attachment_insert exec
-- args owner:text policy:text account:text name:text path:text
-- touches owner
INSERT INTO attachment (owner, policy, account, name, path)
VALUES (:owner, :policy, :account, :name, :path)
ON CONFLICT (owner, policy) DO NOTHING;

-- query attachment_delete exec
-- args owner:text policy:text
-- touches owner
DELETE FROM attachment WHERE owner = :owner AND policy = :policy;

-- query attachment_count one count_row
-- args owner:text
SELECT count(*) AS "n" FROM attachment WHERE owner = :owner;

-- query attachment_page many iam_attached_policy
-- args owner:text prefix:text prefix_end:text after:text limit:int
SELECT name AS "PolicyName", policy AS "PolicyArn" FROM attachment
WHERE owner = :owner AND policy > :after AND path >= :prefix AND path < :prefix_end
ORDER BY policy LIMIT :limit;

-- Entities that a policy is attached to (`permissions`) or that it bounds (`bounds`), with
-- ids from `first` to before `behind`: the prefixes of ids tell the kinds apart.
-- query entity_page many entity_row
-- args account:text policy:text permissions:bool bounds:bool first:text behind:text
-- args prefix:text prefix_end:text after:text limit:int
SELECT a.owner AS "id", coalesce(u.name, g.name, r.name) AS "name"
FROM attachment a
LEFT JOIN iam_user u ON u.id = a.owner
LEFT JOIN iam_group g ON g.id = a.owner
LEFT JOIN iam_role r ON r.id = a.owner
WHERE a.account = :account AND a.policy = :policy AND a.owner > :after AND :permissions = 1
  AND a.owner >= :first AND a.owner < :behind
  AND coalesce(u.path, g.path, r.path) >= :prefix
  AND coalesce(u.path, g.path, r.path) < :prefix_end
UNION
SELECT id, name FROM iam_user
WHERE account = :account AND boundary = :policy AND id > :after AND :bounds = 1
  AND id >= :first AND id < :behind AND path >= :prefix AND path < :prefix_end
UNION
SELECT id, name FROM iam_role
WHERE account = :account AND boundary = :policy AND id > :after AND :bounds = 1
  AND id >= :first AND id < :behind AND path >= :prefix AND path < :prefix_end
ORDER BY 1 LIMIT :limit;
