-- SPDX-License-Identifier: Apache-2.0
-- The root of an organization and the units below it.

-- row unit_row id:text organization:text management:text parent:text name:text depth:int path:text

-- query unit_insert exec
-- args id:text organization:text parent:text name:text depth:int path:text
-- touches organization
INSERT INTO organization_unit (id, organization, parent, name, depth, path)
VALUES (:id, :organization, :parent, :name, :depth, :path)
ON CONFLICT DO NOTHING;

-- The root, too.
-- query unit_get one unit_row
-- args organization:text id:text
SELECT u.id AS "id", u.organization AS "organization", o.management AS "management",
       u.parent AS "parent", u.name AS "name", u.depth AS "depth", u.path AS "path"
FROM organization_unit u JOIN organization o ON o.id = u.organization
WHERE u.id = :id AND u.organization = :organization;

-- query unit_page many unit_row
-- args parent:text after:text limit:int
SELECT u.id AS "id", u.organization AS "organization", o.management AS "management",
       u.parent AS "parent", u.name AS "name", u.depth AS "depth", u.path AS "path"
FROM organization_unit u JOIN organization o ON o.id = u.organization
WHERE u.parent = :parent AND u.id > :after
ORDER BY u.id LIMIT :limit;

-- The root and all below it.
-- query unit_page_of_organization many unit_row
-- args organization:text after:text limit:int
SELECT u.id AS "id", u.organization AS "organization", o.management AS "management",
       u.parent AS "parent", u.name AS "name", u.depth AS "depth", u.path AS "path"
FROM organization_unit u JOIN organization o ON o.id = u.organization
WHERE u.organization = :organization AND u.id > :after
ORDER BY u.id LIMIT :limit;

-- query unit_count one count_row
-- args organization:text
SELECT count(*) AS "n" FROM organization_unit WHERE organization = :organization AND depth > 0;

-- Accounts and units that are in it, of which one is enough.
-- query unit_contents one count_row
-- args id:text
SELECT count(*) AS "n" FROM (
    SELECT account AS "id" FROM organization_member WHERE parent = :id
    UNION ALL SELECT id FROM organization_unit WHERE parent = :id
    LIMIT 1) inside;

-- Nothing when the name is taken.
-- query unit_rename exec
-- args id:text organization:text parent:text name:text
-- touches organization
UPDATE organization_unit SET name = :name
WHERE id = :id AND organization = :organization
  AND NOT EXISTS (SELECT 1 FROM organization_unit
                  WHERE parent = :parent AND name = :name AND id <> :id);

-- query unit_delete exec
-- args id:text organization:text
-- touches organization
DELETE FROM organization_unit WHERE id = :id AND organization = :organization;
