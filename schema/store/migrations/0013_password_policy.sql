-- SPDX-License-Identifier: Apache-2.0

-- Accounts without a row go by AWS's policy.
CREATE TABLE password_policy (
    account          TEXT    NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    minimum_length   BIGINT NOT NULL,
    symbols          BIGINT NOT NULL,
    numbers          BIGINT NOT NULL,
    uppercase        BIGINT NOT NULL,
    lowercase        BIGINT NOT NULL,
    users_may_change BIGINT NOT NULL,
    max_age          BIGINT,
    reuse_prevention BIGINT,
    hard_expiry      BIGINT
);
