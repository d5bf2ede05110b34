-- SPDX-License-Identifier: Apache-2.0
-- Who is signed in to the console. Their cookies are kept as digests.

CREATE TABLE console_session (
    id TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the cookie
    owner TEXT NOT NULL, -- id of the user, the role, or the account of a root user
    key_id TEXT NOT NULL,
    token TEXT NOT NULL, -- a sealed session
    base_key_id TEXT NOT NULL, -- of who signed in, while a role is switched to; else ''
    base_token TEXT NOT NULL,
    password_changed BIGINT NOT NULL, -- 0: there was none
    by_operator BIGINT NOT NULL, -- the admin token was shown
    roles TEXT NOT NULL, -- that were switched to: JSON
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
) WITHOUT ROWID;

CREATE INDEX console_session_owner ON console_session (owner, created, id);
CREATE INDEX console_session_expires ON console_session (expires);
