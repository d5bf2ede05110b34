-- SPDX-License-Identifier: Apache-2.0
-- When users and roles last called what, allowed or not.

CREATE TABLE access_use (
    owner TEXT NOT NULL, -- id of a user or a role
    service TEXT NOT NULL,
    action TEXT NOT NULL,
    at BIGINT NOT NULL,
    region TEXT NOT NULL,
    PRIMARY KEY (owner, service, action)
) WITHOUT ROWID;

CREATE INDEX access_use_last ON access_use (service, action, at);
