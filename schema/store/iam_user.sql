-- SPDX-License-Identifier: Apache-2.0

-- row user_conflict_row access_keys:int policies:int attachments:int groups:int

-- query user_insert exec
-- args account:text name:text name_key:text path:text id:text arn:text boundary:text? created:int
INSERT INTO iam_user (account, name_key, id, name, path, arn, boundary, created)
VALUES (:account, :name_key, :id, :name, :path, :arn, :boundary, :created)
ON CONFLICT (account, name_key) DO NOTHING;

-- query user_get one iam_user
-- args account:text name_key:text
SELECT path AS "Path", name AS "UserName", id AS "UserId", arn AS "Arn", created AS "CreateDate",
       CASE WHEN boundary IS NOT NULL THEN 'Policy' END
           AS "PermissionsBoundary.PermissionsBoundaryType",
       boundary AS "PermissionsBoundary.PermissionsBoundaryArn"
FROM iam_user WHERE account = :account AND name_key = :name_key;

-- query user_get_by_id one iam_user
-- args id:text
SELECT path AS "Path", name AS "UserName", id AS "UserId", arn AS "Arn", created AS "CreateDate",
       CASE WHEN boundary IS NOT NULL THEN 'Policy' END
           AS "PermissionsBoundary.PermissionsBoundaryType",
       boundary AS "PermissionsBoundary.PermissionsBoundaryArn"
FROM iam_user WHERE id = :id;

-- query user_page many iam_user
-- args account:text prefix:text prefix_end:text after:text limit:int
SELECT path AS "Path", name AS "UserName", id AS "UserId", arn AS "Arn", created AS "CreateDate"
FROM iam_user
WHERE account = :account AND name_key > :after AND path >= :prefix AND path < :prefix_end
ORDER BY name_key LIMIT :limit;

-- The same with boundaries, for GetAccountAuthorizationDetails.
-- query user_detail_page many iam_user_detail
-- args account:text after:text limit:int
SELECT path AS "Path", name AS "UserName", id AS "UserId", arn AS "Arn", created AS "CreateDate",
       CASE WHEN boundary IS NOT NULL THEN 'Policy' END
           AS "PermissionsBoundary.PermissionsBoundaryType",
       boundary AS "PermissionsBoundary.PermissionsBoundaryArn"
FROM iam_user WHERE account = :account AND name_key > :after ORDER BY name_key LIMIT :limit;

-- query user_rename exec
-- args id:text name:text name_key:text path:text arn:text
-- touches id
UPDATE iam_user SET name = :name, name_key = :name_key, path = :path, arn = :arn WHERE id = :id;

-- query user_set_boundary exec
-- args id:text boundary:text?
-- touches id
UPDATE iam_user SET boundary = :boundary WHERE id = :id;

-- query user_conflicts one user_conflict_row
-- args id:text
SELECT EXISTS (SELECT 1 FROM access_key WHERE owner = :id) AS "access_keys",
       EXISTS (SELECT 1 FROM inline_policy WHERE owner = :id) AS "policies",
       EXISTS (SELECT 1 FROM attachment WHERE owner = :id) AS "attachments",
       EXISTS (SELECT 1 FROM group_member WHERE user_id = :id) AS "groups";

-- query user_delete exec
-- args id:text
-- touches id
DELETE FROM iam_user WHERE id = :id;
