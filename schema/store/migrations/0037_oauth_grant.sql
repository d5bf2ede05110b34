-- SPDX-License-Identifier: Apache-2.0
-- What those who are signed in to the console let clients have. Codes and refresh tokens name a
-- grant, and are not kept.

CREATE TABLE oauth_grant (
    id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL, -- id of the user, the role, or the account of a root user
    client TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL,
    token TEXT NOT NULL, -- a sealed session: who signed in, or the credentials that came last
    password_changed BIGINT NOT NULL, -- 0: there was none
    key_id TEXT NOT NULL, -- thumbprint of the client's key; '' while the code is not used
    proof TEXT NOT NULL, -- id of the one that the code was used with
    generation BIGINT NOT NULL, -- of refresh tokens; 0: the code is not used
    ended BIGINT NOT NULL, -- before its time: 1, the credentials have changed; 2, it was misused
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL, -- first the code, then all of it
    ends BIGINT NOT NULL -- the session of the console
) WITHOUT ROWID;

CREATE INDEX oauth_grant_owner ON oauth_grant (owner, created);
CREATE INDEX oauth_grant_expires ON oauth_grant (expires);
