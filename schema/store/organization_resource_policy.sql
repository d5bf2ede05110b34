-- SPDX-License-Identifier: Apache-2.0
-- The policy by which an organization lets members manage its policies.

-- row resource_policy_row id:text content:text

-- query resource_policy_get one resource_policy_row
-- args organization:text
SELECT id AS "id", content AS "content" FROM organization_resource_policy
WHERE organization = :organization;

-- Its id stays when the content is replaced.
-- query resource_policy_put exec
-- args organization:text id:text content:text
-- touches organization
INSERT INTO organization_resource_policy (organization, id, content)
VALUES (:organization, :id, :content)
ON CONFLICT (organization) DO UPDATE SET content = :content;

-- query resource_policy_delete exec
-- args organization:text
-- touches organization
DELETE FROM organization_resource_policy WHERE organization = :organization;
