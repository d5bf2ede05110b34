-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE account ADD COLUMN mfa_devices BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN mfa_in_use BIGINT NOT NULL DEFAULT 0;

CREATE TABLE mfa_device (
    account TEXT NOT NULL,
    serial_key TEXT NOT NULL,
    serial TEXT NOT NULL, -- the ARN; also what tags go by
    seed TEXT NOT NULL, -- in base32
    owner TEXT, -- id of a user, or of the account for its root user
    enabled BIGINT, -- when the owner got it
    drift BIGINT NOT NULL DEFAULT 0, -- steps that its clock is ahead
    last_step BIGINT NOT NULL DEFAULT 0, -- of the last code that was accepted
    PRIMARY KEY (account, serial_key)
) WITHOUT ROWID;

CREATE INDEX mfa_device_owner ON mfa_device (owner, serial_key) WHERE owner IS NOT NULL;
CREATE INDEX mfa_device_assigned ON mfa_device (account, serial_key) WHERE owner IS NOT NULL;
CREATE INDEX mfa_device_unassigned ON mfa_device (account, serial_key) WHERE owner IS NULL;
