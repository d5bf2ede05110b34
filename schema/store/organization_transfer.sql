-- SPDX-License-Identifier: Apache-2.0
-- Responsibilities that one organization takes over for another.

-- row transfer_row id:text target:text source:text party_type:text party:text name:text status:text handshake:text expires:int starts:int ends:int? target_management:text target_email:text

-- query transfer_insert exec
-- args id:text target:text source:text party_type:text party:text name:text handshake:text
-- args expires:int starts:int
INSERT INTO organization_transfer (id, target, source, party_type, party, name, status, handshake,
                                   expires, starts)
VALUES (:id, :target, :source, :party_type, :party, :name, 'REQUESTED', :handshake, :expires,
        :starts);

-- query transfer_get one transfer_row
-- args id:text
SELECT t.id AS "id", t.target AS "target", t.source AS "source", t.party_type AS "party_type",
       t.party AS "party", t.name AS "name", t.status AS "status", t.handshake AS "handshake",
       t.expires AS "expires", t.starts AS "starts", t.ends AS "ends",
       o.management AS "target_management", a.email AS "target_email"
FROM organization_transfer t
JOIN organization o ON o.id = t.target
JOIN account a ON a.id = o.management
WHERE t.id = :id;

-- Those that an organization asked for; an empty id: any.
-- query transfer_inbound many transfer_row
-- args target:text id:text after:text limit:int
SELECT t.id AS "id", t.target AS "target", t.source AS "source", t.party_type AS "party_type",
       t.party AS "party", t.name AS "name", t.status AS "status", t.handshake AS "handshake",
       t.expires AS "expires", t.starts AS "starts", t.ends AS "ends",
       o.management AS "target_management", a.email AS "target_email"
FROM organization_transfer t
JOIN organization o ON o.id = t.target
JOIN account a ON a.id = o.management
WHERE t.target = :target AND (:id = '' OR t.id = :id) AND t.id > :after
ORDER BY t.id LIMIT :limit;

-- Those that an account was asked for.
-- query transfer_outbound many transfer_row
-- args account:text email_key:text after:text limit:int
-- sorts
SELECT t.id AS "id", t.target AS "target", t.source AS "source", t.party_type AS "party_type",
       t.party AS "party", t.name AS "name", t.status AS "status", t.handshake AS "handshake",
       t.expires AS "expires", t.starts AS "starts", t.ends AS "ends",
       o.management AS "target_management", a.email AS "target_email"
FROM organization_transfer t
JOIN organization o ON o.id = t.target
JOIN account a ON a.id = o.management
WHERE t.source IN (:account, :email_key) AND t.id > :after
ORDER BY t.id LIMIT :limit;

-- Whoever gives or takes a responsibility now, or was asked to.
-- query transfer_open one count_row
-- args target:text account:text email_key:text now:int
SELECT count(*) AS "n" FROM organization_transfer
WHERE (target = :target OR source IN (:account, :email_key))
  AND ((status = 'REQUESTED' AND expires > :now)
       OR (status IN ('ACCEPTED', 'WITHDRAWN') AND (ends IS NULL OR ends > :now)));

-- query transfer_given one count_row
-- args source:text now:int
SELECT count(*) AS "n" FROM organization_transfer
WHERE source = :source AND status IN ('ACCEPTED', 'WITHDRAWN') AND (ends IS NULL OR ends > :now);

-- query transfer_set_status exec
-- args id:text status:text
UPDATE organization_transfer SET status = :status WHERE id = :id;

-- query transfer_accept exec
-- args id:text source:text
UPDATE organization_transfer SET status = 'ACCEPTED', source = :source WHERE id = :id;

-- query transfer_withdraw exec
-- args id:text ends:int
UPDATE organization_transfer SET status = 'WITHDRAWN', ends = :ends WHERE id = :id;

-- query transfer_set_name exec
-- args id:text name:text
UPDATE organization_transfer SET name = :name WHERE id = :id;

-- What was refused, or not answered, is forgotten with its handshake.
-- query transfer_forget_tags exec
-- args target:text ended:int
DELETE FROM tag WHERE owner IN (
    SELECT id FROM organization_transfer
    WHERE target = :target AND status NOT IN ('ACCEPTED', 'WITHDRAWN')
      AND handshake IN (SELECT id FROM organization_handshake
                        WHERE organization = :target AND ended <= :ended));

-- query transfer_forget exec
-- args target:text ended:int
DELETE FROM organization_transfer
WHERE target = :target AND status NOT IN ('ACCEPTED', 'WITHDRAWN')
  AND handshake IN (SELECT id FROM organization_handshake
                    WHERE organization = :target AND ended <= :ended);

-- query transfer_forget_all exec
-- args target:text
DELETE FROM organization_transfer WHERE target = :target;

-- query transfer_forget_all_tags exec
-- args target:text
DELETE FROM tag WHERE owner IN (SELECT id FROM organization_transfer WHERE target = :target);
