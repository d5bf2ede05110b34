-- SPDX-License-Identifier: Apache-2.0

-- row user_conflict_row policies:int attachments:int groups:int

-- query user_insert exec
-- args account:text name:text name_key:text path:text id:text arn:text boundary:text? created:int
INSERT INTO iam_user (account, name_key, id, name, path, arn, boundary, created)
VALUES (:account, :name_key, :id, :name, :path, :arn, :boundary, :created)
ON CONFLICT (account, name_key) DO NOTHING;

-- query user_get one iam_user
-- args account:text name_key:text
SELECT path AS "Path", name AS "UserName", id AS "UserId", arn AS "Arn", created AS "CreateDate",
       password_last_used AS "PasswordLastUsed",
       CASE WHEN boundary IS NOT NULL THEN 'Policy' END
           AS "PermissionsBoundary.PermissionsBoundaryType",
       boundary AS "PermissionsBoundary.PermissionsBoundaryArn"
FROM iam_user WHERE account = :account AND name_key = :name_key;

-- query user_get_by_id one iam_user
-- args id:text
SELECT path AS "Path", name AS "UserName", id AS "UserId", arn AS "Arn", created AS "CreateDate",
       password_last_used AS "PasswordLastUsed",
       CASE WHEN boundary IS NOT NULL THEN 'Policy' END
           AS "PermissionsBoundary.PermissionsBoundaryType",
       boundary AS "PermissionsBoundary.PermissionsBoundaryArn"
FROM iam_user WHERE id = :id;

-- query user_page many iam_user
-- args account:text prefix:text prefix_end:text after:text limit:int
SELECT path AS "Path", name AS "UserName", id AS "UserId", arn AS "Arn", created AS "CreateDate",
       password_last_used AS "PasswordLastUsed"
FROM iam_user
WHERE account = :account AND name_key > :after AND path >= :prefix AND path < :prefix_end
ORDER BY name_key LIMIT :limit;

-- How many are below a path, up to a number of them.
-- query user_below one count_row
-- args account:text prefix:text prefix_end:text most:int
SELECT count(*) AS "n"
FROM (SELECT 1 AS "one" FROM iam_user
      WHERE account = :account AND path <> '/' AND path >= :prefix AND path < :prefix_end
      LIMIT :most) below;

-- The same page where few are below the path: all of those are read, by path.
-- query user_page_of_few many iam_user
-- args account:text prefix:text prefix_end:text after:text limit:int
-- sorts
SELECT path AS "Path", name AS "UserName", id AS "UserId", arn AS "Arn", created AS "CreateDate",
       password_last_used AS "PasswordLastUsed"
FROM iam_user
WHERE account = :account
  AND name_key IN (SELECT name_key FROM iam_user
                   WHERE account = :account AND path <> '/' AND path >= :prefix
                     AND path < :prefix_end AND name_key || '' > :after
                   ORDER BY name_key || '' LIMIT :limit)
ORDER BY name_key;

-- The same with boundaries, for GetAccountAuthorizationDetails.
-- query user_detail_page many iam_user_detail
-- args account:text after:text limit:int
SELECT path AS "Path", name AS "UserName", id AS "UserId", arn AS "Arn", created AS "CreateDate",
       CASE WHEN boundary IS NOT NULL THEN 'Policy' END
           AS "PermissionsBoundary.PermissionsBoundaryType",
       boundary AS "PermissionsBoundary.PermissionsBoundaryArn"
FROM iam_user WHERE account = :account AND name_key > :after ORDER BY name_key LIMIT :limit;

-- Statements that change one user go by the key that the row is stored under, which the lookup
-- before has just read; going by the id would read the index of ids too.

-- A new name is a new place in the table and in every index of it.
-- query user_rename exec
-- args account:text name_key:text new_key:text name:text path:text arn:text id:text
-- touches id
UPDATE iam_user SET name = :name, name_key = :new_key, path = :path, arn = :arn
WHERE account = :account AND name_key = :name_key;

-- query user_move exec
-- args account:text name_key:text path:text arn:text id:text
-- touches id
UPDATE iam_user SET path = :path, arn = :arn WHERE account = :account AND name_key = :name_key;

-- query user_set_boundary exec
-- args account:text name_key:text boundary:text? id:text
-- touches id
UPDATE iam_user SET boundary = :boundary WHERE account = :account AND name_key = :name_key;

-- query user_conflicts one user_conflict_row
-- args id:text
SELECT EXISTS (SELECT 1 FROM inline_policy WHERE owner = :id) AS "policies",
       EXISTS (SELECT 1 FROM attachment WHERE owner = :id) AS "attachments",
       EXISTS (SELECT 1 FROM group_member WHERE user_id = :id) AS "groups";

-- query user_password_used exec
-- args id:text at:int
UPDATE iam_user SET password_last_used = :at WHERE id = :id;

-- query user_delete exec
-- args account:text name_key:text id:text
-- touches id
DELETE FROM iam_user WHERE account = :account AND name_key = :name_key;
