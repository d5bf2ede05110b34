-- SPDX-License-Identifier: Apache-2.0

-- Accounts without a row go by AWS's policy.
CREATE TABLE password_policy (
    account          TEXT    NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    minimum_length   INTEGER NOT NULL,
    symbols          INTEGER NOT NULL,
    numbers          INTEGER NOT NULL,
    uppercase        INTEGER NOT NULL,
    lowercase        INTEGER NOT NULL,
    users_may_change INTEGER NOT NULL,
    max_age          INTEGER,
    reuse_prevention INTEGER,
    hard_expiry      INTEGER
);
