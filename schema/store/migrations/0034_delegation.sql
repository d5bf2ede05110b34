-- SPDX-License-Identifier: Apache-2.0
-- Delegation requests of partners, and what they are made from. Lists are JSON.

CREATE TABLE delegation_template (
    arn TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL, -- the partner's
    partner TEXT NOT NULL,
    document TEXT NOT NULL,
    restrictions TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX delegation_template_account ON delegation_template (account, arn);

CREATE TABLE delegation_request (
    id TEXT NOT NULL PRIMARY KEY,
    requestor TEXT NOT NULL, -- account
    requestor_name TEXT NOT NULL,
    workflow TEXT NOT NULL,
    channel TEXT NOT NULL,
    description TEXT NOT NULL,
    message TEXT,
    redirect TEXT,
    template TEXT NOT NULL,
    parameters TEXT NOT NULL,
    policy TEXT NOT NULL, -- the template with the parameters in it
    restrictions TEXT NOT NULL,
    duration BIGINT NOT NULL,
    only_by_owner BIGINT NOT NULL,
    owner_account TEXT,
    owner TEXT, -- ARN
    notes TEXT,
    rejection TEXT,
    approver TEXT, -- ARN
    identity TEXT, -- of the approver: a sealed session
    state TEXT NOT NULL,
    created BIGINT NOT NULL,
    changed BIGINT NOT NULL, -- when it came to its state
    expires BIGINT NOT NULL
) WITHOUT ROWID;

CREATE UNIQUE INDEX delegation_request_workflow ON delegation_request (requestor, workflow);
CREATE INDEX delegation_request_owner ON delegation_request (owner_account, id);

-- What the partner is told.
CREATE TABLE delegation_notice (
    request TEXT NOT NULL,
    number BIGINT NOT NULL, -- of the state, in the order they are come to
    state TEXT NOT NULL,
    at BIGINT NOT NULL, -- milliseconds
    account TEXT NOT NULL, -- the partner's
    PRIMARY KEY (request, number)
) WITHOUT ROWID;

CREATE INDEX delegation_notice_account ON delegation_notice (account, request, number);
