-- SPDX-License-Identifier: Apache-2.0
-- Organizations, and who belongs to them. Every write to anything of an organization touches its
-- id, which makes all pictures of memberships stale.

-- row organization_row id:text management:text root:text all_features:bool root_credentials:bool root_sessions:bool created:int
-- row membership_row organization:text management:text root:text parent:text path:text all_features:bool root_credentials:bool root_sessions:bool
-- row organization_member_row account:text organization:text management:text parent:text path:text method:text joined:int name:text email:text closed:int? closing:int?
-- row delegated_service_row service:text

-- query organization_insert exec
-- args id:text management:text root:text features:text created:int
-- touches id
INSERT INTO organization (id, management, root, features, created)
VALUES (:id, :management, :root, :features, :created)
ON CONFLICT DO NOTHING;

-- query organization_get one organization_row
-- args id:text
SELECT id AS "id", management AS "management", root AS "root",
       CASE WHEN features = 'ALL' THEN 1 ELSE 0 END AS "all_features",
       root_credentials AS "root_credentials", root_sessions AS "root_sessions",
       created AS "created"
FROM organization WHERE id = :id;

-- Changes nothing, but is a change to those who know of memberships.
-- query organization_touch one count_row
-- args id:text
-- touches id
SELECT count(*) AS "n" FROM organization WHERE id = :id;

-- query membership_get one membership_row
-- args account:text
SELECT m.organization AS "organization", o.management AS "management", o.root AS "root",
       m.parent AS "parent", u.path AS "path",
       CASE WHEN o.features = 'ALL' THEN 1 ELSE 0 END AS "all_features",
       o.root_credentials AS "root_credentials", o.root_sessions AS "root_sessions"
FROM organization_member m
JOIN organization o ON o.id = m.organization
JOIN organization_unit u ON u.id = m.parent
WHERE m.account = :account;

-- query delegate_services many delegated_service_row
-- args account:text
SELECT service AS "service" FROM organization_delegate WHERE account = :account ORDER BY service;

-- query organization_member_insert exec
-- args account:text organization:text parent:text method:text joined:int
-- touches organization
INSERT INTO organization_member (account, organization, parent, method, joined)
VALUES (:account, :organization, :parent, :method, :joined)
ON CONFLICT (account) DO NOTHING;

-- query organization_member_get one organization_member_row
-- args organization:text account:text
SELECT m.account AS "account", m.organization AS "organization", o.management AS "management",
       m.parent AS "parent", u.path AS "path", m.method AS "method", m.joined AS "joined",
       a.name AS "name", a.email AS "email", a.closed AS "closed",
       a.closing AS "closing"
FROM organization_member m
JOIN organization o ON o.id = m.organization
JOIN organization_unit u ON u.id = m.parent
JOIN account a ON a.id = m.account
WHERE m.account = :account AND m.organization = :organization;

-- query organization_member_page many organization_member_row
-- args organization:text after:text limit:int
SELECT m.account AS "account", m.organization AS "organization", o.management AS "management",
       m.parent AS "parent", u.path AS "path", m.method AS "method", m.joined AS "joined",
       a.name AS "name", a.email AS "email", a.closed AS "closed",
       a.closing AS "closing"
FROM organization_member m
JOIN organization o ON o.id = m.organization
JOIN organization_unit u ON u.id = m.parent
JOIN account a ON a.id = m.account
WHERE m.organization = :organization AND m.account > :after
ORDER BY m.account LIMIT :limit;

-- query organization_member_page_of_parent many organization_member_row
-- args parent:text after:text limit:int
SELECT m.account AS "account", m.organization AS "organization", o.management AS "management",
       m.parent AS "parent", u.path AS "path", m.method AS "method", m.joined AS "joined",
       a.name AS "name", a.email AS "email", a.closed AS "closed",
       a.closing AS "closing"
FROM organization_member m
JOIN organization o ON o.id = m.organization
JOIN organization_unit u ON u.id = m.parent
JOIN account a ON a.id = m.account
WHERE m.parent = :parent AND m.account > :after
ORDER BY m.account LIMIT :limit;

-- query organization_member_count one count_row
-- args organization:text
SELECT count(*) AS "n" FROM organization_member WHERE organization = :organization;

-- query organization_member_move exec
-- args account:text organization:text parent:text
-- touches organization
UPDATE organization_member SET parent = :parent
WHERE account = :account AND organization = :organization;

-- query organization_member_delete exec
-- args account:text organization:text
-- touches organization
DELETE FROM organization_member WHERE account = :account AND organization = :organization;

-- query organization_resource_policy_text one document_row
-- args organization:text
SELECT content AS "document" FROM organization_resource_policy WHERE organization = :organization;

-- query organization_resource_policy_count one count_row
-- args organization:text id:text
SELECT count(*) AS "n" FROM organization_resource_policy
WHERE organization = :organization AND id = :id;

-- Of an account that leaves.
-- query organization_delegate_delete_all exec
-- args account:text organization:text
-- touches organization
DELETE FROM organization_delegate WHERE account = :account AND organization = :organization;

-- What goes with an organization.

-- query organization_delete exec
-- args id:text
-- touches id
DELETE FROM organization WHERE id = :id;

-- query organization_delete_members exec
-- args id:text
-- touches id
DELETE FROM organization_member WHERE organization = :id;

-- query organization_delete_tags exec
-- args id:text
DELETE FROM tag
WHERE owner IN (SELECT id FROM organization_unit WHERE organization = :id)
   OR owner IN (SELECT id FROM organization_policy WHERE organization = :id)
   OR owner IN (SELECT id FROM organization_resource_policy WHERE organization = :id)
   OR owner IN (SELECT account FROM organization_member WHERE organization = :id);

-- query organization_delete_units exec
-- args id:text
-- touches id
DELETE FROM organization_unit WHERE organization = :id;

-- query organization_delete_policies exec
-- args id:text
-- touches id
DELETE FROM organization_policy WHERE organization = :id;

-- query organization_delete_policy_kinds exec
-- args id:text
-- touches id
DELETE FROM organization_policy_kind WHERE organization = :id;

-- query organization_delete_attachments exec
-- args id:text
-- touches id
DELETE FROM organization_attachment WHERE organization = :id;

-- query organization_delete_services exec
-- args id:text
-- touches id
DELETE FROM organization_service WHERE organization = :id;

-- query organization_delete_delegates exec
-- args id:text
-- touches id
DELETE FROM organization_delegate WHERE organization = :id;

-- query organization_delete_resource_policy exec
-- args id:text
-- touches id
DELETE FROM organization_resource_policy WHERE organization = :id;
