-- SPDX-License-Identifier: Apache-2.0
-- Accounts that were closed and are deleted: numbers that no start makes an account of anew, and
-- addresses and aliases that nobody else can have. Whoever makes one on purpose goes on with the
-- count, which ends the sessions from before.

CREATE TABLE account_gone (
    account TEXT PRIMARY KEY,
    reopened BIGINT NOT NULL,
    email_key TEXT NOT NULL,
    alias TEXT -- NULL: it had none
) WITHOUT ROWID;

CREATE INDEX account_gone_email ON account_gone (email_key);
CREATE INDEX account_gone_alias ON account_gone (alias);
