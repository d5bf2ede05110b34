-- SPDX-License-Identifier: Apache-2.0

-- When the status was changed last; NULL: never since the creation.
ALTER TABLE access_key ADD COLUMN status_changed BIGINT;
ALTER TABLE signing_certificate ADD COLUMN status_changed BIGINT;

-- The last report of an account, which is complete, in parts.
CREATE TABLE credential_report (
    account TEXT NOT NULL PRIMARY KEY,
    generated BIGINT NOT NULL
) WITHOUT ROWID;

-- With row ids: parts are large. Those of an account without a report are of no use.
CREATE TABLE credential_report_part (
    account TEXT NOT NULL,
    number BIGINT NOT NULL,
    base64 TEXT NOT NULL,
    PRIMARY KEY (account, number)
);
