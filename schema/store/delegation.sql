-- SPDX-License-Identifier: Apache-2.0
-- Delegation requests: what partners ask for, by templates of theirs.

-- row delegation_template_row arn:text account:text partner:text document:text restrictions:text
-- row delegation_row id:text requestor:text requestor_name:text description:text message:text? redirect:text? template:text parameters:text policy:text restrictions:text duration:int only_by_owner:bool owner_account:text? owner:text? notes:text? rejection:text? approver:text? identity:text? state:text created:int changed:int expires:int
-- row delegation_notice_row request:text number:int workflow:text channel:text state:text owner_account:text? at:int changed:int duration:int

-- query delegation_template_put exec
-- args arn:text account:text partner:text document:text restrictions:text
INSERT INTO delegation_template (arn, account, partner, document, restrictions)
VALUES (:arn, :account, :partner, :document, :restrictions)
ON CONFLICT (arn) DO UPDATE SET
    account = excluded.account, partner = excluded.partner, document = excluded.document,
    restrictions = excluded.restrictions;

-- query delegation_template_get one delegation_template_row
-- args arn:text
SELECT arn AS "arn", account AS "account", partner AS "partner", document AS "document",
       restrictions AS "restrictions"
FROM delegation_template WHERE arn = :arn;

-- query delegation_template_delete exec
-- args arn:text
DELETE FROM delegation_template WHERE arn = :arn;

-- query delegation_template_page many delegation_template_row
-- args after:text limit:int
SELECT arn AS "arn", account AS "account", partner AS "partner", document AS "document",
       restrictions AS "restrictions"
FROM delegation_template WHERE arn > :after ORDER BY arn LIMIT :limit;

-- query delegation_template_count one count_row
-- args account:text
SELECT count(*) AS "n" FROM delegation_template WHERE account = :account;

-- query delegation_insert exec
-- args id:text requestor:text requestor_name:text workflow:text channel:text description:text
-- args message:text? redirect:text? template:text parameters:text policy:text
-- args restrictions:text duration:int only_by_owner:bool owner_account:text? now:int expires:int
INSERT INTO delegation_request (id, requestor, requestor_name, workflow, channel, description,
    message, redirect, template, parameters, policy, restrictions, duration, only_by_owner,
    owner_account, state, created, changed, expires)
VALUES (:id, :requestor, :requestor_name, :workflow, :channel, :description, :message, :redirect,
    :template, :parameters, :policy, :restrictions, :duration, :only_by_owner, :owner_account,
    'UNASSIGNED', :now, :now, :expires)
ON CONFLICT (requestor, workflow) DO NOTHING;

-- query delegation_get one delegation_row
-- args id:text
SELECT id AS "id", requestor AS "requestor", requestor_name AS "requestor_name",
       description AS "description", message AS "message", redirect AS "redirect",
       template AS "template", parameters AS "parameters", policy AS "policy",
       restrictions AS "restrictions", duration AS "duration", only_by_owner AS "only_by_owner",
       owner_account AS "owner_account", owner AS "owner", notes AS "notes",
       rejection AS "rejection", approver AS "approver", identity AS "identity",
       state AS "state", created AS "created", changed AS "changed", expires AS "expires"
FROM delegation_request WHERE id = :id;

-- Those of one owner, or of all.
-- query delegation_page many delegation_row
-- args account:text owner:text? after:text gone:int limit:int
SELECT id AS "id", requestor AS "requestor", requestor_name AS "requestor_name",
       description AS "description", message AS "message", redirect AS "redirect",
       template AS "template", parameters AS "parameters", policy AS "policy",
       restrictions AS "restrictions", duration AS "duration", only_by_owner AS "only_by_owner",
       owner_account AS "owner_account", owner AS "owner", notes AS "notes",
       rejection AS "rejection", approver AS "approver", state AS "state", created AS "created",
       changed AS "changed", expires AS "expires"
FROM delegation_request
WHERE owner_account = :account AND id > :after AND owner IS NOT NULL AND expires > :gone
    AND owner = coalesce(:owner, owner)
ORDER BY id LIMIT :limit;

-- query delegation_count one count_row
-- args requestor:text
SELECT count(*) AS "n" FROM delegation_request WHERE requestor = :requestor;

-- query delegation_associate exec
-- args id:text account:text owner:text now:int expires:int
UPDATE delegation_request SET owner_account = :account, owner = :owner, state = 'ASSIGNED',
    changed = :now, expires = :expires
WHERE id = :id;

-- query delegation_move exec
-- args id:text state:text notes:text? rejection:text? now:int expires:int
UPDATE delegation_request SET state = :state, notes = coalesce(:notes, notes),
    rejection = :rejection, changed = :now, expires = :expires
WHERE id = :id;

-- query delegation_approve exec
-- args id:text approver:text identity:text
UPDATE delegation_request SET approver = :approver, identity = :identity WHERE id = :id;

-- query delegation_notice_put exec
-- args account:text request:text number:int state:text at:int
INSERT INTO delegation_notice (account, request, number, state, at)
VALUES (:account, :request, :number, :state, :at) ON CONFLICT (request, number) DO NOTHING;

-- What a partner is told, in the order of its requests: of those that expired, too.
-- query delegation_notices many delegation_notice_row
-- args account:text now:int
-- sorts
SELECT n.request AS "request", n.number AS "number", r.workflow AS "workflow",
       r.channel AS "channel", n.state AS "state", r.owner_account AS "owner_account",
       n.at AS "at", r.changed AS "changed", r.duration AS "duration"
FROM delegation_notice n JOIN delegation_request r ON r.id = n.request
WHERE n.account = :account
UNION ALL SELECT id, 9, workflow, channel, 'EXPIRED', owner_account, expires * 1000, changed,
       duration
FROM delegation_request WHERE requestor = :account AND expires <= :now
ORDER BY 1, 2;

-- query delegation_notice_delete_gone exec
-- args requestor:text gone:int
DELETE FROM delegation_notice WHERE account = :requestor AND request IN
    (SELECT id FROM delegation_request WHERE requestor = :requestor AND expires <= :gone);

-- query delegation_delete_gone exec
-- args requestor:text gone:int
DELETE FROM delegation_request WHERE requestor = :requestor AND expires <= :gone;
