-- SPDX-License-Identifier: Apache-2.0
-- Groups and who is in them.

-- row group_conflict_row policies:int attachments:int members:int
-- row count_row n:int

-- query group_insert exec
-- args account:text name:text name_key:text path:text id:text arn:text created:int
INSERT INTO iam_group (account, name_key, id, name, path, arn, created)
VALUES (:account, :name_key, :id, :name, :path, :arn, :created)
ON CONFLICT (account, name_key) DO NOTHING;

-- query group_get one iam_group
-- args account:text name_key:text
SELECT path AS "Path", name AS "GroupName", id AS "GroupId", arn AS "Arn", created AS "CreateDate"
FROM iam_group WHERE account = :account AND name_key = :name_key;

-- query group_page many iam_group
-- args account:text prefix:text prefix_end:text after:text limit:int
SELECT path AS "Path", name AS "GroupName", id AS "GroupId", arn AS "Arn", created AS "CreateDate"
FROM iam_group
WHERE account = :account AND name_key > :after AND path >= :prefix AND path < :prefix_end
ORDER BY name_key LIMIT :limit;

-- How many are below a path, up to a number of them.
-- query group_below one count_row
-- args account:text prefix:text prefix_end:text most:int
SELECT count(*) AS "n"
FROM (SELECT 1 AS "one" FROM iam_group
      WHERE account = :account AND path <> '/' AND path >= :prefix AND path < :prefix_end
      LIMIT :most) below;

-- The same page where few are below the path: all of those are read, by path.
-- query group_page_of_few many iam_group
-- args account:text prefix:text prefix_end:text after:text limit:int
-- sorts
SELECT path AS "Path", name AS "GroupName", id AS "GroupId", arn AS "Arn", created AS "CreateDate"
FROM iam_group
WHERE account = :account
  AND name_key IN (SELECT name_key FROM iam_group
                   WHERE account = :account AND path <> '/' AND path >= :prefix
                     AND path < :prefix_end AND name_key || '' > :after
                   ORDER BY name_key || '' LIMIT :limit)
ORDER BY name_key;

-- query group_rename exec
-- args account:text name_key:text new_key:text name:text path:text arn:text id:text
-- touches id
UPDATE iam_group SET name = :name, name_key = :new_key, path = :path, arn = :arn
WHERE account = :account AND name_key = :name_key;

-- query group_move exec
-- args account:text name_key:text path:text arn:text id:text
-- touches id
UPDATE iam_group SET path = :path, arn = :arn WHERE account = :account AND name_key = :name_key;

-- query group_conflicts one group_conflict_row
-- args id:text
SELECT EXISTS (SELECT 1 FROM inline_policy WHERE owner = :id) AS "policies",
       EXISTS (SELECT 1 FROM attachment WHERE owner = :id) AS "attachments",
       EXISTS (SELECT 1 FROM group_member WHERE group_id = :id) AS "members";

-- query group_delete exec
-- args account:text name_key:text id:text
-- touches id
DELETE FROM iam_group WHERE account = :account AND name_key = :name_key;

-- query member_insert exec
-- args group_id:text user_id:text
-- touches user_id
INSERT INTO group_member (group_id, user_id, user_key)
SELECT :group_id, id, name_key FROM iam_user WHERE id = :user_id
ON CONFLICT (group_id, user_id) DO NOTHING;

-- query member_delete exec
-- args group_id:text user_id:text
-- touches user_id
DELETE FROM group_member WHERE group_id = :group_id AND user_id = :user_id;

-- query member_page many iam_user
-- args account:text group_id:text after:text limit:int
SELECT u.path AS "Path", u.name AS "UserName", u.id AS "UserId", u.arn AS "Arn",
       u.created AS "CreateDate"
FROM group_member m JOIN iam_user u ON u.account = :account AND u.name_key = m.user_key
WHERE m.group_id = :group_id AND m.user_id > :after
ORDER BY m.user_id LIMIT :limit;

-- query member_rename exec
-- args user_id:text new_key:text
UPDATE group_member SET user_key = :new_key WHERE user_id = :user_id;

-- query user_group_count one count_row
-- args user_id:text
SELECT count(*) AS "n" FROM group_member WHERE user_id = :user_id;

-- A user is in few groups.
-- query user_group_page many iam_group
-- args user_id:text after:text limit:int
-- sorts
SELECT g.path AS "Path", g.name AS "GroupName", g.id AS "GroupId", g.arn AS "Arn",
       g.created AS "CreateDate"
FROM group_member m JOIN iam_group g ON g.id = m.group_id
WHERE m.user_id = :user_id AND g.name_key > :after
ORDER BY g.name_key LIMIT :limit;
