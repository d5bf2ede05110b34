-- SPDX-License-Identifier: Apache-2.0
-- The documents of managed policies. The default version is the one in effect.

-- row document_row document:text
-- row last_version_row last:int dflt:int

-- query version_insert exec
-- args policy:text number:int document:text created:int
INSERT INTO policy_version (policy, number, document, created)
VALUES (:policy, :number, :document, :created)
ON CONFLICT (policy, number) DO NOTHING;

-- query version_get one iam_policy_version
-- args policy:text number:int
SELECT 'v' || v.number AS "VersionId", v.document AS "Document", v.created AS "CreateDate",
       v.number = p.default_version AS "IsDefaultVersion"
FROM policy_version v JOIN managed_policy p ON p.arn = v.policy
WHERE v.policy = :policy AND v.number = :number;

-- query version_default one document_row
-- args policy:text
SELECT v.document AS "document"
FROM managed_policy p JOIN policy_version v ON v.policy = p.arn AND v.number = p.default_version
WHERE p.arn = :policy;

-- Newest first.
-- query version_page many iam_policy_version
-- args policy:text below:int limit:int
SELECT 'v' || v.number AS "VersionId", v.document AS "Document", v.created AS "CreateDate",
       v.number = p.default_version AS "IsDefaultVersion"
FROM policy_version v JOIN managed_policy p ON p.arn = v.policy
WHERE v.policy = :policy AND v.number < :below
ORDER BY v.number DESC LIMIT :limit;

-- query version_count one count_row
-- args policy:text
SELECT count(*) AS "n" FROM policy_version WHERE policy = :policy;

-- query version_delete exec
-- args policy:text number:int
DELETE FROM policy_version WHERE policy = :policy AND number = :number;

-- query version_delete_all exec
-- args policy:text
DELETE FROM policy_version WHERE policy = :policy;

-- query version_last one last_version_row
-- args policy:text
SELECT last_version AS "last", default_version AS "dflt"
FROM managed_policy WHERE arn = :policy;

-- query version_note_last exec
-- args policy:text number:int updated:int
UPDATE managed_policy SET last_version = :number, updated = :updated WHERE arn = :policy;

-- query version_set_default exec
-- args policy:text number:int updated:int
-- touches policy
UPDATE managed_policy SET default_version = :number, updated = :updated WHERE arn = :policy;
