-- SPDX-License-Identifier: Apache-2.0
-- Tags of anything that has an id. Tag keys of IAM are case-insensitive.

-- query tag_put exec
-- args owner:text key:text key_fold:text value:text
-- touches owner
INSERT INTO tag (owner, key_fold, key, value) VALUES (:owner, :key_fold, :key, :value)
ON CONFLICT (owner, key_fold) DO UPDATE SET key = excluded.key, value = excluded.value;

-- query tag_delete exec
-- args owner:text key_fold:text
-- touches owner
DELETE FROM tag WHERE owner = :owner AND key_fold = :key_fold;

-- query tag_delete_all exec
-- args owner:text
-- touches owner
DELETE FROM tag WHERE owner = :owner;

-- query tag_page many iam_tag
-- args owner:text after:text limit:int
SELECT key AS "Key", value AS "Value" FROM tag
WHERE owner = :owner AND key_fold > :after ORDER BY key_fold LIMIT :limit;

-- query tag_count one count_row
-- args owner:text
SELECT count(*) AS "n" FROM tag WHERE owner = :owner;
