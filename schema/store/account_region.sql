-- SPDX-License-Identifier: Apache-2.0
-- Regions that accounts have enabled or disabled.

-- row region_row region:text enabled:bool settled:int

-- query region_put exec
-- args account:text region:text enabled:bool settled:int
INSERT INTO account_region (account, region, enabled, settled)
VALUES (:account, :region, :enabled, :settled)
ON CONFLICT (account, region) DO UPDATE SET
    enabled = excluded.enabled, settled = excluded.settled;

-- query region_get one region_row
-- args account:text region:text
SELECT region AS "region", enabled AS "enabled", settled AS "settled" FROM account_region
WHERE account = :account AND region = :region;

-- query region_all many region_row
-- args account:text
SELECT region AS "region", enabled AS "enabled", settled AS "settled" FROM account_region
WHERE account = :account;

-- Changes that go on in an organization.
-- query region_changes one count_row
-- args organization:text now:int
SELECT count(*) AS "n" FROM organization_member m JOIN account_region r ON r.account = m.account
WHERE m.organization = :organization AND r.settled > :now;
