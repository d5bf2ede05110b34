-- SPDX-License-Identifier: Apache-2.0
-- What users and roles have called. The subject of a report is the id of a user, a role or a group,
-- or the ARN of a managed policy: those who have its permissions are the users and roles that count.

-- row access_row service:text action:text at:int
-- row access_count_row service:text n:int
-- row access_entity_row arn:text region:text
-- row account_use_row service:text at:int region:text
-- row access_user_row id:text name:text arn:text path:text at:int

-- Those that are gone are noted no more.
-- query access_note exec
-- args owner:text service:text action:text at:int region:text
INSERT INTO access_use (owner, service, action, at, region)
SELECT u.id, :service, :action, :at, :region FROM iam_user u WHERE u.id = :owner UNION ALL
SELECT r.id, :service, :action, :at, :region FROM iam_role r WHERE r.id = :owner
ON CONFLICT (owner, service, action) DO UPDATE SET at = excluded.at, region = excluded.region;

-- query access_actions many access_row
-- args account:text subject:text since:int
-- sorts
SELECT a.service AS "service", a.action AS "action", max(a.at) AS "at" FROM access_use a
WHERE a.at > :since AND a.owner IN (
    SELECT :subject UNION ALL
    SELECT user_id FROM group_member WHERE group_id = :subject UNION ALL
    SELECT owner FROM attachment WHERE account = :account AND policy = :subject UNION ALL
    SELECT m.user_id FROM attachment t JOIN group_member m ON m.group_id = t.owner
    WHERE t.account = :account AND t.policy = :subject)
GROUP BY a.service, a.action;

-- query access_counts many access_count_row
-- args account:text subject:text since:int
-- sorts
SELECT a.service AS "service", count(DISTINCT a.owner) AS "n" FROM access_use a
WHERE a.at > :since AND a.owner IN (
    SELECT :subject UNION ALL
    SELECT user_id FROM group_member WHERE group_id = :subject UNION ALL
    SELECT owner FROM attachment WHERE account = :account AND policy = :subject UNION ALL
    SELECT m.user_id FROM attachment t JOIN group_member m ON m.group_id = t.owner
    WHERE t.account = :account AND t.policy = :subject)
GROUP BY a.service;

-- query access_last one access_entity_row
-- args account:text subject:text service:text action:text at:int
SELECT coalesce(u.arn, r.arn) AS "arn", a.region AS "region" FROM access_use a
LEFT JOIN iam_user u ON u.id = a.owner
LEFT JOIN iam_role r ON r.id = a.owner
WHERE a.service = :service AND a.action = :action AND a.at = :at AND a.owner IN (
    SELECT :subject UNION ALL
    SELECT user_id FROM group_member WHERE group_id = :subject UNION ALL
    SELECT owner FROM attachment WHERE account = :account AND policy = :subject UNION ALL
    SELECT m.user_id FROM attachment t JOIN group_member m ON m.group_id = t.owner
    WHERE t.account = :account AND t.policy = :subject)
LIMIT 1;

-- Newest first; 0: never.
-- query access_entities many access_user_row
-- args account:text subject:text service:text since:int offset:int limit:int
-- sorts
SELECT e.id AS "id", e.name AS "name", e.arn AS "arn", e.path AS "path",
       coalesce((SELECT max(a.at) FROM access_use a
                 WHERE a.owner = e.id AND a.service = :service AND a.at > :since), 0) AS "at"
FROM (SELECT u.id, u.name, u.arn, u.path FROM iam_user u WHERE u.id IN (
    SELECT :subject UNION ALL
    SELECT user_id FROM group_member WHERE group_id = :subject UNION ALL
    SELECT owner FROM attachment WHERE account = :account AND policy = :subject UNION ALL
    SELECT m.user_id FROM attachment t JOIN group_member m ON m.group_id = t.owner
    WHERE t.account = :account AND t.policy = :subject)
      UNION ALL
      SELECT r.id, r.name, r.arn, r.path FROM iam_role r WHERE r.id IN (
    SELECT :subject UNION ALL
    SELECT user_id FROM group_member WHERE group_id = :subject UNION ALL
    SELECT owner FROM attachment WHERE account = :account AND policy = :subject UNION ALL
    SELECT m.user_id FROM attachment t JOIN group_member m ON m.group_id = t.owner
    WHERE t.account = :account AND t.policy = :subject)) e
ORDER BY at DESC, arn LIMIT :limit OFFSET :offset;

-- What users and roles of an account have called.
-- query access_of_account many account_use_row
-- args account:text since:int
-- sorts
SELECT a.service AS "service", a.at AS "at", a.region AS "region"
FROM iam_user u JOIN access_use a ON a.owner = u.id
WHERE u.account = :account AND a.at > :since
UNION ALL SELECT a.service, a.at, a.region
FROM iam_role r JOIN access_use a ON a.owner = r.id
WHERE r.account = :account AND a.at > :since
ORDER BY 1;
