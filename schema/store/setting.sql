-- SPDX-License-Identifier: Apache-2.0
-- What the sandbox as a whole has to remember.

-- row setting_row value:text

-- query setting_get one setting_row
-- args name:text
SELECT value AS "value" FROM setting WHERE name = :name;

-- query setting_put exec
-- args name:text value:text
INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING;

-- query setting_set exec
-- args name:text value:text
INSERT INTO setting (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- query setting_delete exec
-- args name:text
DELETE FROM setting WHERE name = :name;
