-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE mfa_device ADD COLUMN kind TEXT NOT NULL DEFAULT 'virtual'; -- hardware, fido

CREATE TABLE mfa_certification (
    account TEXT NOT NULL,
    serial_key TEXT NOT NULL, -- of a FIDO security key
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account, serial_key, name)
) WITHOUT ROWID;
