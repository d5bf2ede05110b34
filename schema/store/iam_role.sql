-- SPDX-License-Identifier: Apache-2.0
-- Statements that change one role go by the key that it is stored under, as those of users do.

-- row role_conflict_row policies:int attachments:int profiles:int

-- query role_insert exec
-- args account:text name:text name_key:text path:text id:text arn:text trust:text description:text?
-- args max_session:int boundary:text? created:int
INSERT INTO iam_role (account, name_key, id, name, path, arn, trust, description, max_session,
                      boundary, created)
VALUES (:account, :name_key, :id, :name, :path, :arn, :trust, :description, :max_session,
        :boundary, :created)
ON CONFLICT (account, name_key) DO NOTHING;

-- query role_get one iam_role
-- args account:text name_key:text
SELECT path AS "Path", name AS "RoleName", id AS "RoleId", arn AS "Arn", created AS "CreateDate",
       trust AS "AssumeRolePolicyDocument", description AS "Description",
       max_session AS "MaxSessionDuration",
       CASE WHEN boundary IS NOT NULL THEN 'Policy' END
           AS "PermissionsBoundary.PermissionsBoundaryType",
       boundary AS "PermissionsBoundary.PermissionsBoundaryArn",
       last_used AS "RoleLastUsed.LastUsedDate", last_region AS "RoleLastUsed.Region"
FROM iam_role WHERE account = :account AND name_key = :name_key;

-- query role_get_by_id one iam_role
-- args id:text
SELECT path AS "Path", name AS "RoleName", id AS "RoleId", arn AS "Arn", created AS "CreateDate",
       CASE WHEN boundary IS NOT NULL THEN 'Policy' END
           AS "PermissionsBoundary.PermissionsBoundaryType",
       boundary AS "PermissionsBoundary.PermissionsBoundaryArn"
FROM iam_role WHERE id = :id;

-- query role_page many iam_role
-- args account:text prefix:text prefix_end:text after:text limit:int
SELECT path AS "Path", name AS "RoleName", id AS "RoleId", arn AS "Arn", created AS "CreateDate",
       trust AS "AssumeRolePolicyDocument", description AS "Description",
       max_session AS "MaxSessionDuration"
FROM iam_role
WHERE account = :account AND name_key > :after AND path >= :prefix AND path < :prefix_end
ORDER BY name_key LIMIT :limit;

-- How many are below a path, up to a number of them.
-- query role_below one count_row
-- args account:text prefix:text prefix_end:text most:int
SELECT count(*) AS "n"
FROM (SELECT 1 AS "one" FROM iam_role
      WHERE account = :account AND path <> '/' AND path >= :prefix AND path < :prefix_end
      LIMIT :most) below;

-- The same page where few are below the path: all of those are read, by path.
-- query role_page_of_few many iam_role
-- args account:text prefix:text prefix_end:text after:text limit:int
-- sorts
SELECT path AS "Path", name AS "RoleName", id AS "RoleId", arn AS "Arn", created AS "CreateDate",
       trust AS "AssumeRolePolicyDocument", description AS "Description",
       max_session AS "MaxSessionDuration"
FROM iam_role
WHERE account = :account
  AND name_key IN (SELECT name_key FROM iam_role
                   WHERE account = :account AND path <> '/' AND path >= :prefix
                     AND path < :prefix_end AND name_key || '' > :after
                   ORDER BY name_key || '' LIMIT :limit)
ORDER BY name_key;

-- The same with boundaries and last use, for GetAccountAuthorizationDetails.
-- query role_detail_page many iam_role_detail
-- args account:text after:text limit:int
SELECT path AS "Path", name AS "RoleName", id AS "RoleId", arn AS "Arn", created AS "CreateDate",
       trust AS "AssumeRolePolicyDocument",
       CASE WHEN boundary IS NOT NULL THEN 'Policy' END
           AS "PermissionsBoundary.PermissionsBoundaryType",
       boundary AS "PermissionsBoundary.PermissionsBoundaryArn",
       last_used AS "RoleLastUsed.LastUsedDate", last_region AS "RoleLastUsed.Region"
FROM iam_role WHERE account = :account AND name_key > :after ORDER BY name_key LIMIT :limit;

-- query role_set exec
-- args account:text name_key:text description:text? max_session:int id:text
-- touches id
UPDATE iam_role SET description = :description, max_session = :max_session
WHERE account = :account AND name_key = :name_key;

-- query role_set_trust exec
-- args account:text name_key:text trust:text id:text
-- touches id
UPDATE iam_role SET trust = :trust WHERE account = :account AND name_key = :name_key;

-- query role_set_boundary exec
-- args account:text name_key:text boundary:text? id:text
-- touches id
UPDATE iam_role SET boundary = :boundary WHERE account = :account AND name_key = :name_key;

-- query role_used exec
-- args id:text at:int region:text
UPDATE iam_role SET last_used = :at, last_region = :region WHERE id = :id;

-- query role_conflicts one role_conflict_row
-- args id:text
SELECT EXISTS (SELECT 1 FROM inline_policy WHERE owner = :id) AS "policies",
       EXISTS (SELECT 1 FROM attachment WHERE owner = :id) AS "attachments",
       EXISTS (SELECT 1 FROM instance_profile WHERE role = :id) AS "profiles";

-- query role_delete exec
-- args account:text name_key:text id:text
-- touches id
DELETE FROM iam_role WHERE account = :account AND name_key = :name_key;
