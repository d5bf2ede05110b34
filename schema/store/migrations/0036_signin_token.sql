-- SPDX-License-Identifier: Apache-2.0
-- Tokens of the federation endpoint that have opened the console: none does so twice.

CREATE TABLE signin_token_used (
    id TEXT NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL
) WITHOUT ROWID;

CREATE INDEX signin_token_used_expires ON signin_token_used (expires);
