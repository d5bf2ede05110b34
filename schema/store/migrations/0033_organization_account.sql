-- SPDX-License-Identifier: Apache-2.0
-- How accounts come into organizations and go: requests for new ones, closures, handshakes.

ALTER TABLE account ADD COLUMN closing BIGINT; -- when its organization closed it: milliseconds
-- What it needs to be in no organization.
ALTER TABLE account ADD COLUMN payment_method BIGINT NOT NULL DEFAULT 1;
ALTER TABLE account ADD COLUMN agreement BIGINT NOT NULL DEFAULT 1;
ALTER TABLE account ADD COLUMN phone_verified BIGINT NOT NULL DEFAULT 1;

CREATE TABLE organization_account_request (
    id TEXT NOT NULL PRIMARY KEY, -- car-...
    organization TEXT NOT NULL,
    name TEXT NOT NULL,
    account TEXT NOT NULL, -- empty: it failed
    failure TEXT NOT NULL, -- empty: it did not
    requested BIGINT NOT NULL -- milliseconds, as all times below
) WITHOUT ROWID;

CREATE INDEX organization_account_request_requested
    ON organization_account_request (organization, requested, id);

CREATE INDEX organization_account_request_account ON organization_account_request (account);

CREATE TABLE organization_handshake (
    id TEXT NOT NULL PRIMARY KEY, -- h-...
    organization TEXT NOT NULL, -- that sent it
    action TEXT NOT NULL,
    state TEXT NOT NULL, -- REQUESTED and OPEN also when it has expired
    party_type TEXT NOT NULL, -- of the recipient: ACCOUNT, EMAIL or ORGANIZATION
    party TEXT NOT NULL,
    recipient TEXT NOT NULL, -- an account, or an address in lower case
    parent TEXT NOT NULL, -- handshake, or empty
    transfer TEXT NOT NULL, -- what it is about, or empty
    notes TEXT,
    requested BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    ended BIGINT NOT NULL -- when it came to its last state: when it expires, until another one does
) WITHOUT ROWID;

CREATE INDEX organization_handshake_requested
    ON organization_handshake (organization, requested, id);
CREATE INDEX organization_handshake_ended ON organization_handshake (organization, ended);
CREATE INDEX organization_handshake_recipient
    ON organization_handshake (recipient, requested, id);
CREATE INDEX organization_handshake_parent ON organization_handshake (parent, id);

CREATE TABLE organization_transfer (
    id TEXT NOT NULL PRIMARY KEY, -- rt-...
    target TEXT NOT NULL, -- organization that takes the responsibility, and has asked for it
    source TEXT NOT NULL, -- who gives it away: an account, or an address in lower case
    party_type TEXT NOT NULL, -- how it was asked: ACCOUNT or EMAIL
    party TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL, -- REQUESTED also when the handshake has expired
    handshake TEXT NOT NULL,
    expires BIGINT NOT NULL, -- of the handshake
    starts BIGINT NOT NULL,
    ends BIGINT
) WITHOUT ROWID;

CREATE INDEX organization_transfer_target ON organization_transfer (target, id);
CREATE INDEX organization_transfer_source ON organization_transfer (source, id);
