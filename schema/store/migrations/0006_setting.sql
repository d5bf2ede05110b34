-- SPDX-License-Identifier: Apache-2.0
-- What the sandbox as a whole has to remember.

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
