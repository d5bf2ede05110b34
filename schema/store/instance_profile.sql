-- SPDX-License-Identifier: Apache-2.0

-- row profile_conflict_row roles:int

-- query profile_insert exec
-- args account:text name:text name_key:text path:text id:text arn:text created:int
INSERT INTO instance_profile (account, name_key, id, name, path, arn, created)
VALUES (:account, :name_key, :id, :name, :path, :arn, :created)
ON CONFLICT (account, name_key) DO NOTHING;

-- query profile_get one iam_instance_profile
-- args account:text name_key:text
SELECT path AS "Path", name AS "InstanceProfileName", id AS "InstanceProfileId", arn AS "Arn",
       created AS "CreateDate"
FROM instance_profile WHERE account = :account AND name_key = :name_key;

-- query profile_page many iam_instance_profile
-- args account:text prefix:text prefix_end:text after:text limit:int
SELECT path AS "Path", name AS "InstanceProfileName", id AS "InstanceProfileId", arn AS "Arn",
       created AS "CreateDate"
FROM instance_profile
WHERE account = :account AND name_key > :after AND path >= :prefix AND path < :prefix_end
ORDER BY name_key LIMIT :limit;

-- How many are below a path, up to a number of them.
-- query profile_below one count_row
-- args account:text prefix:text prefix_end:text most:int
SELECT count(*) AS "n"
FROM (SELECT 1 AS "one" FROM instance_profile
      WHERE account = :account AND path <> '/' AND path >= :prefix AND path < :prefix_end
      LIMIT :most) below;

-- The same page where few are below the path: all of those are read, by path.
-- query profile_page_of_few many iam_instance_profile
-- args account:text prefix:text prefix_end:text after:text limit:int
-- sorts
SELECT path AS "Path", name AS "InstanceProfileName", id AS "InstanceProfileId", arn AS "Arn",
       created AS "CreateDate"
FROM instance_profile
WHERE account = :account
  AND name_key IN (SELECT name_key FROM instance_profile
                   WHERE account = :account AND path <> '/' AND path >= :prefix
                     AND path < :prefix_end AND name_key || '' > :after
                   ORDER BY name_key || '' LIMIT :limit)
ORDER BY name_key;

-- query profile_page_of_role many iam_instance_profile
-- args role:text after:text limit:int
SELECT path AS "Path", name AS "InstanceProfileName", id AS "InstanceProfileId", arn AS "Arn",
       created AS "CreateDate"
FROM instance_profile WHERE role = :role AND name_key > :after ORDER BY name_key LIMIT :limit;

-- query profile_roles many iam_role
-- args id:text
SELECT r.path AS "Path", r.name AS "RoleName", r.id AS "RoleId", r.arn AS "Arn",
       r.created AS "CreateDate", r.trust AS "AssumeRolePolicyDocument"
FROM instance_profile p JOIN iam_role r ON r.id = p.role
WHERE p.id = :id;

-- query profile_add_role exec
-- args account:text name_key:text role:text
UPDATE instance_profile SET role = :role
WHERE account = :account AND name_key = :name_key AND role IS NULL;

-- query profile_remove_role exec
-- args account:text name_key:text role:text
UPDATE instance_profile SET role = NULL
WHERE account = :account AND name_key = :name_key AND role = :role;

-- query profile_conflicts one profile_conflict_row
-- args id:text
SELECT EXISTS (SELECT 1 FROM instance_profile WHERE id = :id AND role IS NOT NULL) AS "roles";

-- query profile_delete exec
-- args account:text name_key:text
DELETE FROM instance_profile WHERE account = :account AND name_key = :name_key;
