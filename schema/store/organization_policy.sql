-- SPDX-License-Identifier: Apache-2.0
-- Policies of organizations but AWS's own, which are lib/model/organization_policy.c's.

-- row organization_policy_row id:text organization:text management:text type:text name:text description:text content:text
-- row organization_policy_kind_row type:text

-- query organization_policy_get one organization_policy_row
-- args organization:text id:text
SELECT p.id AS "id", p.organization AS "organization", o.management AS "management",
       p.type AS "type", p.name AS "name", p.description AS "description",
       p.content AS "content"
FROM organization_policy p JOIN organization o ON o.id = p.organization
WHERE p.id = :id AND p.organization = :organization;

-- query organization_policy_kinds many organization_policy_kind_row
-- args organization:text
SELECT type AS "type" FROM organization_policy_kind WHERE organization = :organization
ORDER BY type;

-- query organization_policy_kind_insert exec
-- args organization:text type:text
-- touches organization
INSERT INTO organization_policy_kind (organization, type) VALUES (:organization, :type)
ON CONFLICT DO NOTHING;

-- query organization_policy_insert exec
-- args id:text organization:text type:text name:text description:text content:text created:int
-- touches organization
INSERT INTO organization_policy (id, organization, type, name, description, content, created)
VALUES (:id, :organization, :type, :name, :description, :content, :created)
ON CONFLICT DO NOTHING;

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
