-- SPDX-License-Identifier: Apache-2.0
-- Whom AWS may write to about an account, and the regions that it has switched.

CREATE TABLE account_contact (
    account TEXT NOT NULL PRIMARY KEY,
    full_name TEXT NOT NULL,
    address_line_1 TEXT NOT NULL,
    address_line_2 TEXT,
    address_line_3 TEXT,
    city TEXT NOT NULL,
    state TEXT,
    district TEXT,
    postal_code TEXT NOT NULL,
    country TEXT NOT NULL,
    phone TEXT NOT NULL,
    company TEXT,
    website TEXT
) WITHOUT ROWID;

CREATE TABLE account_alternate_contact (
    account TEXT NOT NULL,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    PRIMARY KEY (account, type)
) WITHOUT ROWID;

CREATE TABLE account_region (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    enabled BIGINT NOT NULL, -- or will be, from then on
    settled BIGINT NOT NULL, -- when the change is done
    PRIMARY KEY (account, region)
) WITHOUT ROWID;
