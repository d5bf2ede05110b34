-- SPDX-License-Identifier: Apache-2.0
-- Policies of organizations but AWS's own, which are lib/model/organization_policy.c's.

-- row organization_policy_row id:text organization:text management:text type:text name:text description:text content:text
-- row organization_policy_kind_row type:text updated:int
-- row organization_attachment_row target:text policy:text position:int
-- row organization_document_row policy:text content:text

-- query organization_policy_get one organization_policy_row
-- args organization:text id:text
SELECT p.id AS "id", p.organization AS "organization", o.management AS "management",
       p.type AS "type", p.name AS "name", p.description AS "description",
       p.content AS "content"
FROM organization_policy p JOIN organization o ON o.id = p.organization
WHERE p.id = :id AND p.organization = :organization;

-- query organization_policy_kinds many organization_policy_kind_row
-- args organization:text
SELECT type AS "type", updated AS "updated" FROM organization_policy_kind
WHERE organization = :organization ORDER BY type;

-- query organization_policy_kind_get one organization_policy_kind_row
-- args organization:text type:text
SELECT type AS "type", updated AS "updated" FROM organization_policy_kind
WHERE organization = :organization AND type = :type;

-- query organization_policy_kind_insert exec
-- args organization:text type:text updated:int
-- touches organization
INSERT INTO organization_policy_kind (organization, type, updated)
VALUES (:organization, :type, :updated)
ON CONFLICT DO NOTHING;

-- query organization_policy_kind_update exec
-- args organization:text type:text updated:int
UPDATE organization_policy_kind SET updated = :updated
WHERE organization = :organization AND type = :type;

-- query organization_policy_kind_delete exec
-- args organization:text type:text
-- touches organization
DELETE FROM organization_policy_kind WHERE organization = :organization AND type = :type;

-- Nothing when the name is taken.
-- query organization_policy_insert exec
-- args id:text organization:text type:text name:text description:text content:text created:int
INSERT INTO organization_policy (id, organization, type, name, description, content, created)
VALUES (:id, :organization, :type, :name, :description, :content, :created)
ON CONFLICT DO NOTHING;

-- Nothing when another one of its type has the name.
-- query organization_policy_update exec
-- args id:text organization:text type:text name:text description:text content:text
-- touches organization
UPDATE organization_policy SET name = :name, description = :description, content = :content
WHERE id = :id AND organization = :organization
  AND NOT EXISTS (SELECT 1 FROM organization_policy
                  WHERE organization = :organization AND type = :type AND name = :name
                    AND id <> :id);

-- query organization_policy_delete exec
-- args id:text organization:text
DELETE FROM organization_policy WHERE id = :id AND organization = :organization;

-- query organization_policy_count one count_row
-- args organization:text type:text
SELECT count(*) AS "n" FROM organization_policy
WHERE organization = :organization AND type = :type;

-- query organization_policy_page many organization_policy_row
-- args organization:text type:text after:text limit:int
SELECT p.id AS "id", p.organization AS "organization", o.management AS "management",
       p.type AS "type", p.name AS "name", p.description AS "description",
       p.content AS "content"
FROM organization_policy p JOIN organization o ON o.id = p.organization
WHERE p.organization = :organization AND p.type = :type AND p.id > :after
ORDER BY p.id LIMIT :limit;

-- row position_row position:int

-- The order in which policies were attached counts where they are merged.
-- query attachment_position one position_row
-- args target:text type:text
SELECT coalesce(max(position), 0) + 1 AS "position" FROM organization_attachment
WHERE target = :target AND type = :type;

-- query target_attach exec
-- args target:text type:text position:int policy:text organization:text
-- touches organization
INSERT INTO organization_attachment (target, type, position, policy, organization)
VALUES (:target, :type, :position, :policy, :organization)
ON CONFLICT DO NOTHING;

-- Of a unit that is deleted, and of an account that leaves.
-- query target_detach_all exec
-- args target:text organization:text
-- touches organization
DELETE FROM organization_attachment WHERE target = :target AND organization = :organization;

-- query policy_detach exec
-- args organization:text policy:text target:text
-- touches organization
DELETE FROM organization_attachment
WHERE organization = :organization AND policy = :policy AND target = :target;

-- Of a type that is disabled.
-- query policy_type_detach_all exec
-- args organization:text type:text
-- touches organization
DELETE FROM organization_attachment WHERE organization = :organization AND type = :type;

-- To the root and all units, and to all accounts, when a type is enabled: nothing of it is attached.
-- query policy_attach_to_units exec
-- args organization:text type:text policy:text
-- touches organization
INSERT INTO organization_attachment (target, type, position, policy, organization)
SELECT id, :type, 1, :policy, organization FROM organization_unit
WHERE organization = :organization;

-- query policy_attach_to_members exec
-- args organization:text type:text policy:text
-- touches organization
INSERT INTO organization_attachment (target, type, position, policy, organization)
SELECT account, :type, 1, :policy, organization FROM organization_member
WHERE organization = :organization;

-- query policy_attachment_count one count_row
-- args organization:text policy:text
SELECT count(*) AS "n" FROM organization_attachment
WHERE organization = :organization AND policy = :policy;

-- query target_attachment_count one count_row
-- args target:text type:text
SELECT count(*) AS "n" FROM organization_attachment WHERE target = :target AND type = :type;

-- query policy_target_page many organization_attachment_row
-- args organization:text policy:text after:text limit:int
SELECT target AS "target", policy AS "policy", position AS "position"
FROM organization_attachment
WHERE organization = :organization AND policy = :policy AND target > :after
ORDER BY target LIMIT :limit;

-- query target_policy_page many organization_attachment_row
-- args target:text type:text after:int limit:int
SELECT target AS "target", policy AS "policy", position AS "position"
FROM organization_attachment
WHERE target = :target AND type = :type AND position > :after
ORDER BY position LIMIT :limit;

-- What is attached to one entity, in the order in which it is merged.
-- query target_documents many organization_document_row
-- args target:text type:text
SELECT a.policy AS "policy", p.content AS "content"
FROM organization_attachment a JOIN organization_policy p ON p.id = a.policy
WHERE a.target = :target AND a.type = :type ORDER BY a.position;
