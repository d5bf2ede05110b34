-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE password (
    owner TEXT NOT NULL PRIMARY KEY, -- id of a user, or of the account for its root user
    account TEXT NOT NULL,
    hash TEXT NOT NULL, -- with the salt and the cost, as crypt(5) has it
    created BIGINT NOT NULL, -- of the login profile
    changed BIGINT NOT NULL, -- of the password
    reset_required BIGINT NOT NULL
) WITHOUT ROWID;

-- Those before it: the newest has the highest number.
CREATE TABLE password_history (
    owner TEXT NOT NULL,
    number BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (owner, number)
) WITHOUT ROWID;

-- Of the last password, which may be gone.
ALTER TABLE iam_user ADD COLUMN password_last_used BIGINT;
ALTER TABLE account ADD COLUMN password_last_used BIGINT;

CREATE INDEX account_email ON account (email);
