-- SPDX-License-Identifier: Apache-2.0
-- Credential reports, and the people they tell about.

-- row report_row generated:int
-- row report_part_row number:int base64:text
-- row person_policy_row user:text policy:text document:text?
-- row person_row id:text name_key:text name:text arn:text created:int password_changed:int? password_last_used:int? mfa:bool

-- query report_get one report_row
-- args account:text
SELECT generated AS "generated" FROM credential_report WHERE account = :account;

-- query report_put exec
-- args account:text generated:int
INSERT INTO credential_report (account, generated) VALUES (:account, :generated)
ON CONFLICT (account) DO UPDATE SET generated = excluded.generated;

-- query report_delete exec
-- args account:text
DELETE FROM credential_report WHERE account = :account;

-- query report_part_add exec
-- args account:text number:int base64:text
INSERT INTO credential_report_part (account, number, base64) VALUES (:account, :number, :base64);

-- query report_part_page many report_part_row
-- args account:text after:int limit:int
SELECT number AS "number", base64 AS "base64" FROM credential_report_part
WHERE account = :account AND number > :after ORDER BY number LIMIT :limit;

-- query report_part_drop exec
-- args account:text
DELETE FROM credential_report_part
WHERE account = :account
  AND number = (SELECT min(number) FROM credential_report_part WHERE account = :account);

-- query person_page many person_row
-- args account:text after:text limit:int
SELECT u.id AS "id", u.name_key AS "name_key", u.name AS "name", u.arn AS "arn",
       u.created AS "created", p.changed AS "password_changed",
       u.password_last_used AS "password_last_used",
       EXISTS (SELECT 1 FROM mfa_device d WHERE d.owner = u.id) AS "mfa"
FROM iam_user u LEFT JOIN password p ON p.owner = u.id
WHERE u.account = :account AND u.name_key > :after ORDER BY u.name_key LIMIT :limit;

-- query person_root one person_row
-- args account:text
SELECT a.id AS "id", '' AS "name_key", '<root_account>' AS "name",
       'arn:aws:iam::' || a.id || ':root' AS "arn", a.created AS "created",
       p.changed AS "password_changed", a.password_last_used AS "password_last_used",
       EXISTS (SELECT 1 FROM mfa_device d WHERE d.owner = a.id) AS "mfa"
FROM account a LEFT JOIN password p ON p.owner = a.id WHERE a.id = :account;

-- The keys and certificates of those on such a page, in its order.
-- query person_keys many key_row
-- args account:text after:text last:text
SELECT k.id AS "id", k.owner AS "owner", k.status AS "status", k.created AS "created",
       k.last_used AS "last_used", k.last_service AS "last_service",
       k.last_region AS "last_region", coalesce(k.status_changed, k.created) AS "rotated"
FROM iam_user u JOIN access_key k ON k.owner = u.id
WHERE u.account = :account AND u.name_key > :after AND u.name_key <= :last
ORDER BY u.name_key;

-- query person_certificates many signing_certificate_row
-- args account:text after:text last:text
SELECT c.id AS "id", c.owner AS "owner", c.status AS "status", c.created AS "created",
       coalesce(c.status_changed, c.created) AS "rotated"
FROM iam_user u JOIN signing_certificate c ON c.owner = u.id
WHERE u.account = :account AND u.name_key > :after AND u.name_key <= :last
ORDER BY u.name_key;

-- query person_keys_of_root many key_row
-- args account:text
SELECT id AS "id", owner AS "owner", status AS "status", created AS "created",
       last_used AS "last_used", last_service AS "last_service", last_region AS "last_region",
       coalesce(status_changed, created) AS "rotated"
FROM access_key WHERE owner = :account;

-- query person_certificates_of_root many signing_certificate_row
-- args account:text
SELECT id AS "id", owner AS "owner", status AS "status", created AS "created",
       coalesce(status_changed, created) AS "rotated"
FROM signing_certificate WHERE owner = :account;

-- Their policies: inline ones, and managed ones that are attached to them.
-- query person_policies many person_policy_row
-- args account:text after:text last:text
SELECT u.name AS "user", i.name AS "policy", i.document AS "document"
FROM iam_user u JOIN inline_policy i ON i.owner = u.id
WHERE u.account = :account AND u.name_key > :after AND u.name_key <= :last
ORDER BY u.name_key;

-- query person_attachments many person_policy_row
-- args account:text after:text last:text
SELECT u.name AS "user", a.policy AS "policy"
FROM iam_user u JOIN attachment a ON a.owner = u.id
WHERE u.account = :account AND u.name_key > :after AND u.name_key <= :last
ORDER BY u.name_key;
