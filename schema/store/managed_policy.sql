-- SPDX-License-Identifier: Apache-2.0
-- Managed policies of customers, and how often any managed policy is used.

-- row use_row policy:text attachments:int boundaries:int

-- query managed_insert exec
-- args account:text name:text name_key:text path:text id:text arn:text description:text? created:int
INSERT INTO managed_policy (account, name_key, arn, id, name, path, description, created, updated,
                            default_version, last_version)
VALUES (:account, :name_key, :arn, :id, :name, :path, :description, :created, :created, 1, 1)
ON CONFLICT (account, name_key) DO NOTHING;

-- query managed_get one iam_policy
-- args account:text arn:text
SELECT p.name AS "PolicyName", p.id AS "PolicyId", p.arn AS "Arn", p.path AS "Path",
       'v' || p.default_version AS "DefaultVersionId", p.description AS "Description",
       p.created AS "CreateDate", p.updated AS "UpdateDate", 1 AS "IsAttachable",
       coalesce(u.attachments, 0) AS "AttachmentCount",
       coalesce(u.boundaries, 0) AS "PermissionsBoundaryUsageCount"
FROM managed_policy p LEFT JOIN policy_use u ON u.account = p.account AND u.policy = p.arn
WHERE p.arn = :arn AND p.account = :account;

-- By id, which is no order to a reader. With `attached` and `bounding` only those that are used so.
-- query managed_page many iam_policy
-- args account:text prefix:text prefix_end:text attached:bool bounding:bool after:text limit:int
SELECT p.name AS "PolicyName", p.id AS "PolicyId", p.arn AS "Arn", p.path AS "Path",
       'v' || p.default_version AS "DefaultVersionId",
       p.created AS "CreateDate", p.updated AS "UpdateDate", 1 AS "IsAttachable",
       coalesce(u.attachments, 0) AS "AttachmentCount",
       coalesce(u.boundaries, 0) AS "PermissionsBoundaryUsageCount"
FROM managed_policy p LEFT JOIN policy_use u ON u.account = p.account AND u.policy = p.arn
WHERE p.account = :account AND p.id > :after AND p.path >= :prefix AND p.path < :prefix_end
  AND (:attached = 0 OR u.attachments > 0) AND (:bounding = 0 OR u.boundaries > 0)
ORDER BY p.id LIMIT :limit;

-- By name, as readers look for them: those whose folded names begin with the prefix.
-- query managed_named many iam_policy
-- args account:text after:text prefix:text prefix_end:text limit:int
SELECT p.name AS "PolicyName", p.id AS "PolicyId", p.arn AS "Arn", p.path AS "Path",
       'v' || p.default_version AS "DefaultVersionId",
       p.created AS "CreateDate", p.updated AS "UpdateDate", 1 AS "IsAttachable",
       coalesce(u.attachments, 0) AS "AttachmentCount",
       coalesce(u.boundaries, 0) AS "PermissionsBoundaryUsageCount"
FROM managed_policy p LEFT JOIN policy_use u ON u.account = p.account AND u.policy = p.arn
WHERE p.account = :account AND p.name_key > :after AND p.name_key >= :prefix
  AND p.name_key < :prefix_end
ORDER BY p.name_key LIMIT :limit;

-- How many are below a path, up to a number of them.
-- query managed_below one count_row
-- args account:text prefix:text prefix_end:text most:int
SELECT count(*) AS "n"
FROM (SELECT 1 AS "one" FROM managed_policy
      WHERE account = :account AND path <> '/' AND path >= :prefix AND path < :prefix_end
      LIMIT :most) below;

-- The same page where few are below the path: all of those are read, by path.
-- query managed_page_of_few many iam_policy
-- args account:text prefix:text prefix_end:text attached:bool bounding:bool after:text limit:int
-- sorts
SELECT p.name AS "PolicyName", p.id AS "PolicyId", p.arn AS "Arn", p.path AS "Path",
       'v' || p.default_version AS "DefaultVersionId",
       p.created AS "CreateDate", p.updated AS "UpdateDate", 1 AS "IsAttachable",
       coalesce(u.attachments, 0) AS "AttachmentCount",
       coalesce(u.boundaries, 0) AS "PermissionsBoundaryUsageCount"
FROM managed_policy p LEFT JOIN policy_use u ON u.account = p.account AND u.policy = p.arn
WHERE p.account = :account
  AND p.id IN (SELECT q.id FROM managed_policy q
               WHERE q.account = :account AND q.path <> '/' AND q.path >= :prefix
                 AND q.path < :prefix_end AND q.id || '' > :after
                 AND (:attached = 0 AND :bounding = 0
                      OR EXISTS (SELECT 1 FROM policy_use v
                                 WHERE v.account = q.account AND v.policy = q.arn
                                   AND (:attached = 0 OR v.attachments > 0)
                                   AND (:bounding = 0 OR v.boundaries > 0)))
               ORDER BY q.id || '' LIMIT :limit)
ORDER BY p.id;

-- query managed_delete exec
-- args arn:text
-- touches arn
DELETE FROM managed_policy WHERE arn = :arn;

-- query use_get one use_row
-- args account:text policy:text
SELECT policy AS "policy", attachments AS "attachments", boundaries AS "boundaries"
FROM policy_use WHERE account = :account AND policy = :policy;

-- query use_page many use_row
-- args account:text after:text behind:text
SELECT policy AS "policy", attachments AS "attachments", boundaries AS "boundaries"
FROM policy_use WHERE account = :account AND policy > :after AND policy < :behind
ORDER BY policy;

-- query use_insert exec
-- args account:text policy:text
INSERT INTO policy_use (account, policy, attachments, boundaries) VALUES (:account, :policy, 0, 0)
ON CONFLICT (account, policy) DO NOTHING;

-- query use_add exec
-- args account:text policy:text attachments:int boundaries:int
UPDATE policy_use
SET attachments = attachments + :attachments, boundaries = boundaries + :boundaries
WHERE account = :account AND policy = :policy;

-- query use_drop_unused exec
-- args account:text policy:text
DELETE FROM policy_use
WHERE account = :account AND policy = :policy AND attachments = 0 AND boundaries = 0;
