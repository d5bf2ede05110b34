-- SPDX-License-Identifier: Apache-2.0
-- What an organization is compared by with the document that describes it.

-- row stored_policy_row id:text type:text name:text description:text content:text
-- row attached_row type:text policy:text name:text?
-- row trusted_row service:text
-- row delegated_row account:text service:text

-- query document_policies many stored_policy_row
-- args organization:text
SELECT id AS "id", type AS "type", name AS "name", description AS "description",
    content AS "content"
FROM organization_policy WHERE organization = :organization ORDER BY type, name;

-- AWS's own policies have no name here.
-- query document_attached many attached_row
-- args target:text
SELECT a.type AS "type", a.policy AS "policy", p.name AS "name"
FROM organization_attachment a LEFT JOIN organization_policy p ON p.id = a.policy
WHERE a.target = :target ORDER BY a.type, a.position;

-- query document_services many trusted_row
-- args organization:text
SELECT service AS "service" FROM organization_service WHERE organization = :organization
ORDER BY service;

-- query document_delegates many delegated_row
-- args organization:text
SELECT account AS "account", service AS "service" FROM organization_delegate
WHERE organization = :organization ORDER BY service, account;
