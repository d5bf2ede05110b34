-- SPDX-License-Identifier: Apache-2.0
-- Whom AWS may write to about an account.

-- query contact_put exec
-- args account:text full_name:text address_line_1:text address_line_2:text? address_line_3:text?
-- args city:text state:text? district:text? postal_code:text country:text phone:text
-- args company:text? website:text?
INSERT INTO account_contact (account, full_name, address_line_1, address_line_2, address_line_3,
                             city, state, district, postal_code, country, phone, company, website)
VALUES (:account, :full_name, :address_line_1, :address_line_2, :address_line_3, :city, :state,
        :district, :postal_code, :country, :phone, :company, :website)
ON CONFLICT (account) DO UPDATE SET
    full_name = excluded.full_name, address_line_1 = excluded.address_line_1,
    address_line_2 = excluded.address_line_2, address_line_3 = excluded.address_line_3,
    city = excluded.city, state = excluded.state, district = excluded.district,
    postal_code = excluded.postal_code, country = excluded.country, phone = excluded.phone,
    company = excluded.company, website = excluded.website;

-- query contact_get one account_contact_information
-- args account:text
SELECT full_name AS "FullName", address_line_1 AS "AddressLine1", address_line_2 AS "AddressLine2",
       address_line_3 AS "AddressLine3", city AS "City", state AS "StateOrRegion",
       district AS "DistrictOrCounty", postal_code AS "PostalCode", country AS "CountryCode",
       phone AS "PhoneNumber", company AS "CompanyName", website AS "WebsiteUrl"
FROM account_contact WHERE account = :account;

-- query alternate_contact_put exec
-- args account:text type:text name:text title:text email:text phone:text
INSERT INTO account_alternate_contact (account, type, name, title, email, phone)
VALUES (:account, :type, :name, :title, :email, :phone)
ON CONFLICT (account, type) DO UPDATE SET
    name = excluded.name, title = excluded.title, email = excluded.email, phone = excluded.phone;

-- query alternate_contact_get one account_alternate_contact
-- args account:text type:text
SELECT type AS "AlternateContactType", name AS "Name", title AS "Title", email AS "EmailAddress",
       phone AS "PhoneNumber"
FROM account_alternate_contact WHERE account = :account AND type = :type;

-- query alternate_contact_delete exec
-- args account:text type:text
DELETE FROM account_alternate_contact WHERE account = :account AND type = :type;
