-- SPDX-License-Identifier: Apache-2.0
-- Whether an account is closed, and what its root user has done about it on pages of the console.
ALTER TABLE account ADD COLUMN closed BIGINT;
ALTER TABLE account ADD COLUMN reopened BIGINT NOT NULL DEFAULT 0; -- how often
ALTER TABLE account ADD COLUMN billing_access BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN support_plan TEXT NOT NULL DEFAULT 'basic';

CREATE INDEX account_closed ON account (closed, id);

CREATE TABLE account_task (
    account TEXT NOT NULL,
    task TEXT NOT NULL,
    subject TEXT NOT NULL, -- of several that can be done side by side: a key; else empty
    at BIGINT NOT NULL,
    detail TEXT NOT NULL, -- JSON
    PRIMARY KEY (account, task, subject)
) WITHOUT ROWID;
