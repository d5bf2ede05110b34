-- SPDX-License-Identifier: Apache-2.0
-- What is known of resources of other services. HOLDER is the resource above it whose policy it
-- has, or itself: that one's picture tells whether anything is known of what is below it.

-- row resource_row arn:text account:text? policy:text? told:bool
-- row resource_fact_row kind:text name:text value:text
-- row resource_grant_row id:text told:bool grantee:text retiring:text? operations:text context_equals:text context_subset:text
-- row resource_arn_row arn:text

-- query resource_get one resource_row
-- args arn:text
SELECT arn AS "arn", account AS "account", policy AS "policy", told AS "told"
FROM resource WHERE arn = :arn;

-- query resource_next_change one count_row
SELECT coalesce(max(changed), 0) + 1 AS "n" FROM resource WHERE told IN (0, 1);

-- query resource_count one count_row
-- scans
SELECT count(*) AS "n" FROM resource;

-- query resource_put exec
-- args arn:text account:text? policy:text? told:bool changed:int holder:text
-- touches arn holder
INSERT INTO resource (arn, account, policy, told, changed)
VALUES (:arn, :account, :policy, :told, :changed)
ON CONFLICT (arn) DO UPDATE SET account = excluded.account, policy = excluded.policy,
    told = excluded.told, changed = excluded.changed;

-- query resource_delete exec
-- args arn:text holder:text
-- touches arn holder
DELETE FROM resource WHERE arn = :arn;

-- Of the account of which most is known: whoever makes many takes no room from others. Mere tags go
-- before what may refuse something.
-- query resource_oldest_learned many resource_arn_row
-- args limit:int
-- scans
-- sorts
SELECT arn AS "arn" FROM resource AS r
WHERE told = 0 AND coalesce(account, '') =
    (SELECT coalesce(account, '') FROM resource WHERE told = 0
     GROUP BY account ORDER BY count(*) DESC LIMIT 1)
ORDER BY policy IS NOT NULL
      OR EXISTS (SELECT 1 FROM resource_fact AS f WHERE f.arn = r.arn AND f.kind = 'attribute')
      OR EXISTS (SELECT 1 FROM resource_grant AS g WHERE g.arn = r.arn), changed
LIMIT :limit;

-- query resource_page many resource_row
-- args prefix:text prefix_end:text after:text limit:int
SELECT arn AS "arn", account AS "account", policy AS "policy", told AS "told" FROM resource
WHERE arn >= :prefix AND arn < :prefix_end AND arn > :after ORDER BY arn LIMIT :limit;

-- query resource_facts many resource_fact_row
-- args arn:text
SELECT kind AS "kind", name AS "name", value AS "value" FROM resource_fact
WHERE arn = :arn ORDER BY kind, name;

-- query resource_fact_put exec
-- args arn:text kind:text name:text value:text
-- touches arn
INSERT INTO resource_fact (arn, kind, name, value) VALUES (:arn, :kind, :name, :value)
ON CONFLICT (arn, kind, name) DO UPDATE SET value = excluded.value;

-- query resource_fact_delete exec
-- args arn:text kind:text name:text
-- touches arn
DELETE FROM resource_fact WHERE arn = :arn AND kind = :kind AND name = :name;

-- query resource_fact_delete_kind exec
-- args arn:text kind:text
-- touches arn
DELETE FROM resource_fact WHERE arn = :arn AND kind = :kind;

-- query resource_fact_count one count_row
-- args arn:text kind:text
SELECT count(*) AS "n" FROM resource_fact WHERE arn = :arn AND kind = :kind;

-- query resource_grants many resource_grant_row
-- args arn:text
SELECT id AS "id", told AS "told", grantee AS "grantee", retiring AS "retiring",
       operations AS "operations", context_equals AS "context_equals",
       context_subset AS "context_subset"
FROM resource_grant WHERE arn = :arn ORDER BY id;

-- query resource_grant_put exec
-- args arn:text id:text told:bool grantee:text retiring:text? operations:text
-- args context_equals:text context_subset:text
-- touches arn
INSERT INTO resource_grant (arn, id, told, grantee, retiring, operations, context_equals,
    context_subset)
VALUES (:arn, :id, :told, :grantee, :retiring, :operations, :context_equals, :context_subset)
ON CONFLICT (arn, id) DO UPDATE SET told = excluded.told, grantee = excluded.grantee,
    retiring = excluded.retiring, operations = excluded.operations,
    context_equals = excluded.context_equals, context_subset = excluded.context_subset;

-- query resource_grant_delete exec
-- args arn:text id:text
-- touches arn
DELETE FROM resource_grant WHERE arn = :arn AND id = :id;

-- query resource_grant_delete_learned exec
-- args arn:text
-- touches arn
DELETE FROM resource_grant WHERE arn = :arn AND told = 0;

-- query resource_grant_delete_all exec
-- args arn:text
-- touches arn
DELETE FROM resource_grant WHERE arn = :arn;

-- Whether anything is known of what is below a resource.
-- query resource_below many resource_arn_row
-- args after:text end:text
SELECT arn AS "arn" FROM resource WHERE arn > :after AND arn < :end ORDER BY arn LIMIT 1;
