-- SPDX-License-Identifier: Apache-2.0
-- Accounts that were closed and are deleted: numbers that no start makes an account of anew. Whoever
-- makes one on purpose goes on with the count, which ends the sessions from before.

CREATE TABLE account_gone (
    account TEXT PRIMARY KEY,
    reopened BIGINT NOT NULL
) WITHOUT ROWID;
