-- SPDX-License-Identifier: Apache-2.0
-- The services that an organization trusts, its delegated administrators, and what of the root users
-- of members is managed centrally.

-- row trusted_service_row service:text enabled:int
-- row delegate_row account:text name:text email:text method:text joined:int enabled:int closed:int? closing:int?

-- Once given, it stays as it is.
-- query trusted_service_add exec
-- args organization:text service:text enabled:int
-- touches organization
INSERT INTO organization_service (organization, service, enabled)
VALUES (:organization, :service, :enabled)
ON CONFLICT (organization, service) DO NOTHING;

-- query trusted_service_get one trusted_service_row
-- args organization:text service:text
SELECT service AS "service", enabled AS "enabled" FROM organization_service
WHERE organization = :organization AND service = :service;

-- query trusted_service_page many trusted_service_row
-- args organization:text after:text limit:int
SELECT service AS "service", enabled AS "enabled" FROM organization_service
WHERE organization = :organization AND service > :after ORDER BY service LIMIT :limit;

-- query trusted_service_delete exec
-- args organization:text service:text
-- touches organization
DELETE FROM organization_service WHERE organization = :organization AND service = :service;

-- query delegate_add exec
-- args account:text service:text organization:text enabled:int
-- touches organization
INSERT INTO organization_delegate (account, service, organization, enabled)
VALUES (:account, :service, :organization, :enabled)
ON CONFLICT (account, service) DO NOTHING;

-- query delegate_delete exec
-- args account:text service:text organization:text
-- touches organization
DELETE FROM organization_delegate
WHERE account = :account AND service = :service AND organization = :organization;

-- query delegate_count one count_row
-- args organization:text service:text
SELECT count(*) AS "n" FROM organization_delegate
WHERE organization = :organization AND service = :service;

-- query delegated_service_page many trusted_service_row
-- args account:text after:text limit:int
SELECT service AS "service", enabled AS "enabled" FROM organization_delegate
WHERE account = :account AND service > :after ORDER BY service LIMIT :limit;

-- Of one service.
-- query delegate_page_of_service many delegate_row
-- args organization:text service:text after:text limit:int
SELECT d.account AS "account", a.name AS "name", a.email AS "email", m.method AS "method",
       m.joined AS "joined", d.enabled AS "enabled", a.closed AS "closed", a.closing AS "closing"
FROM organization_delegate d
JOIN organization_member m ON m.account = d.account
JOIN account a ON a.id = d.account
WHERE d.organization = :organization AND d.service = :service AND d.account > :after
ORDER BY d.account LIMIT :limit;

-- Of any service, each with the first date. There are few members that are any.
-- query delegate_page many delegate_row
-- args organization:text after:text limit:int
SELECT m.account AS "account", a.name AS "name", a.email AS "email", m.method AS "method",
       m.joined AS "joined", a.closed AS "closed", a.closing AS "closing",
       (SELECT min(d.enabled) FROM organization_delegate d WHERE d.account = m.account)
           AS "enabled"
FROM organization_member m JOIN account a ON a.id = m.account
WHERE m.organization = :organization AND m.account > :after
  AND EXISTS (SELECT 1 FROM organization_delegate d WHERE d.account = m.account)
ORDER BY m.account LIMIT :limit;

-- query root_credentials_set exec
-- args id:text on:bool
-- touches id
UPDATE organization SET root_credentials = :on WHERE id = :id;

-- query root_sessions_set exec
-- args id:text on:bool
-- touches id
UPDATE organization SET root_sessions = :on WHERE id = :id;
