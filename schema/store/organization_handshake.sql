-- SPDX-License-Identifier: Apache-2.0
-- Handshakes: what organizations ask accounts for, and what these answer.

-- row handshake_row id:text arn:text organization:text action:text state:text party_type:text party:text recipient:text parent:text transfer:text notes:text? requested:int expires:int ended:int management:text management_email:text management_name:text root:text features:text starts:int?

-- row handshake_face_row id:text arn:text

-- query handshake_insert exec
-- args id:text organization:text action:text state:text party_type:text party:text recipient:text
-- args parent:text transfer:text notes:text? requested:int expires:int
INSERT INTO organization_handshake (id, organization, action, state, party_type, party, recipient,
                                    parent, transfer, notes, requested, expires, ended)
VALUES (:id, :organization, :action, :state, :party_type, :party, :recipient, :parent, :transfer,
        :notes, :requested, :expires, :expires);

-- query handshake_face one handshake_face_row
-- args id:text
SELECT h.id AS "id",
       'arn:aws:organizations::' || o.management || ':handshake/' || h.organization || '/'
       || lower(h.action) || '/' || h.id AS "arn"
FROM organization_handshake h JOIN organization o ON o.id = h.organization WHERE h.id = :id;

-- query handshake_get one handshake_row
-- args id:text ended:int
SELECT h.id AS "id",
       'arn:aws:organizations::' || o.management || ':handshake/' || h.organization || '/'
       || lower(h.action) || '/' || h.id AS "arn",
       h.organization AS "organization", h.action AS "action", h.state AS "state",
       h.party_type AS "party_type", h.party AS "party", h.recipient AS "recipient",
       h.parent AS "parent", h.transfer AS "transfer", h.notes AS "notes",
       h.requested AS "requested", h.expires AS "expires", h.ended AS "ended",
       o.management AS "management", a.email AS "management_email", a.name AS "management_name",
       o.root AS "root", o.features AS "features", t.starts AS "starts"
FROM organization_handshake h
JOIN organization o ON o.id = h.organization
JOIN account a ON a.id = o.management
LEFT JOIN organization_transfer t ON t.id = h.transfer
WHERE h.id = :id AND h.ended > :ended;

-- Those that an organization has sent; an empty action or parent: any.
-- query handshake_sent many handshake_row
-- args organization:text action:text parent:text ended:int after:int after_id:text limit:int
SELECT h.id AS "id",
       'arn:aws:organizations::' || o.management || ':handshake/' || h.organization || '/'
       || lower(h.action) || '/' || h.id AS "arn",
       h.organization AS "organization", h.action AS "action", h.state AS "state",
       h.party_type AS "party_type", h.party AS "party", h.recipient AS "recipient",
       h.parent AS "parent", h.transfer AS "transfer", h.notes AS "notes",
       h.requested AS "requested", h.expires AS "expires", h.ended AS "ended",
       o.management AS "management", a.email AS "management_email", a.name AS "management_name",
       o.root AS "root", o.features AS "features", t.starts AS "starts"
FROM organization_handshake h
JOIN organization o ON o.id = h.organization
JOIN account a ON a.id = o.management
LEFT JOIN organization_transfer t ON t.id = h.transfer
WHERE h.organization = :organization
  AND (:action = '' OR h.action = :action) AND (:parent = '' OR h.parent = :parent)
  AND h.ended > :ended
  AND (h.requested > :after OR (h.requested = :after AND h.id > :after_id))
ORDER BY h.requested, h.id LIMIT :limit;

-- Those that an account has got, by its id or its address.
-- query handshake_received many handshake_row
-- args account:text email_key:text action:text parent:text ended:int
-- args after:int after_id:text limit:int
-- sorts
SELECT h.id AS "id",
       'arn:aws:organizations::' || o.management || ':handshake/' || h.organization || '/'
       || lower(h.action) || '/' || h.id AS "arn",
       h.organization AS "organization", h.action AS "action", h.state AS "state",
       h.party_type AS "party_type", h.party AS "party", h.recipient AS "recipient",
       h.parent AS "parent", h.transfer AS "transfer", h.notes AS "notes",
       h.requested AS "requested", h.expires AS "expires", h.ended AS "ended",
       o.management AS "management", a.email AS "management_email", a.name AS "management_name",
       o.root AS "root", o.features AS "features", t.starts AS "starts"
FROM organization_handshake h
JOIN organization o ON o.id = h.organization
JOIN account a ON a.id = o.management
LEFT JOIN organization_transfer t ON t.id = h.transfer
WHERE h.recipient IN (:account, :email_key)
  AND (:action = '' OR h.action = :action) AND (:parent = '' OR h.parent = :parent)
  AND h.ended > :ended
  AND (h.requested > :after OR (h.requested = :after AND h.id > :after_id))
ORDER BY h.requested, h.id LIMIT :limit;

-- That nobody has answered yet.
-- query handshake_pending one count_row
-- args organization:text action:text recipient:text other:text now:int
SELECT count(*) AS "n" FROM organization_handshake
WHERE organization = :organization AND action = :action
  AND recipient IN (:recipient, :other)
  AND state IN ('OPEN', 'REQUESTED') AND ended > :now;

-- query handshake_pending_children one count_row
-- args parent:text
SELECT count(*) AS "n" FROM organization_handshake
WHERE parent = :parent AND state NOT IN ('ACCEPTED', 'CANCELED');

-- query handshake_open exec
-- args id:text
UPDATE organization_handshake SET state = 'OPEN' WHERE id = :id AND state = 'REQUESTED';

-- What an account is asked to approve of.
-- query handshake_parents many content_row
-- args organization:text account:text
SELECT parent AS "id" FROM organization_handshake
WHERE organization = :organization AND recipient = :account AND action = 'APPROVE_ALL_FEATURES'
  AND state = 'OPEN';

-- Without those that follow from another one.
-- query handshake_sent_since one count_row
-- args organization:text since:int
SELECT count(*) AS "n" FROM organization_handshake
WHERE organization = :organization AND parent = '' AND requested > :since;

-- query handshake_set_state exec
-- args id:text state:text ended:int
UPDATE organization_handshake SET state = :state, ended = :ended WHERE id = :id;

-- What is asked for no longer: of an organization, of an account in it, below another handshake.
-- query handshake_cancel_sent exec
-- args organization:text action:text now:int
UPDATE organization_handshake SET state = 'CANCELED', ended = :now
WHERE organization = :organization AND action = :action AND state IN ('OPEN', 'REQUESTED')
  AND ended > :now;

-- query handshake_cancel_received exec
-- args organization:text account:text now:int
UPDATE organization_handshake SET state = 'CANCELED', ended = :now
WHERE organization = :organization AND recipient = :account AND action = 'APPROVE_ALL_FEATURES'
  AND state = 'OPEN' AND ended > :now;

-- query handshake_cancel_children exec
-- args parent:text now:int
UPDATE organization_handshake SET state = 'CANCELED', ended = :now
WHERE parent = :parent AND state = 'OPEN' AND ended > :now;

-- The tags are for what a handshake leads to.
-- query handshake_forget_tags exec
-- args organization:text ended:int
DELETE FROM tag WHERE owner IN (SELECT id FROM organization_handshake
                                WHERE organization = :organization AND ended <= :ended);

-- query handshake_forget exec
-- args organization:text ended:int
DELETE FROM organization_handshake WHERE organization = :organization AND ended <= :ended;

-- query handshake_forget_all_tags exec
-- args organization:text
DELETE FROM tag WHERE owner IN (SELECT id FROM organization_handshake
                                WHERE organization = :organization);

-- query handshake_forget_all exec
-- args organization:text
DELETE FROM organization_handshake WHERE organization = :organization;

-- query tag_move exec
-- args from:text owner:text
-- touches owner
UPDATE tag SET owner = :owner WHERE owner = :from;

-- Whether an account gets the service-linked role, which it has not, by accepting one. In an
-- organization for consolidated billing nobody needs it to join.
-- query handshake_makes_role one count_row
-- args id:text account:text role_key:text now:int
SELECT count(*) AS "n"
FROM organization_handshake h JOIN organization o ON o.id = h.organization
WHERE h.id = :id AND h.state = 'OPEN' AND h.ended > :now AND h.action <> 'TRANSFER_RESPONSIBILITY'
  AND (h.action <> 'INVITE' OR o.features = 'ALL')
  AND NOT EXISTS (SELECT 1 FROM iam_role WHERE account = :account AND name_key = :role_key);
