-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE account ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN email_key TEXT NOT NULL DEFAULT ''; -- folded

UPDATE account SET name = 'Account ' || id, email_key = lower(email);

-- Not unique: before, two accounts could have the same.
DROP INDEX account_email;
CREATE INDEX account_email ON account (email_key);
