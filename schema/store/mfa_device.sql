-- SPDX-License-Identifier: Apache-2.0
-- MFA devices, by their folded serial numbers. FIDO security keys have an empty seed.

-- row mfa_row serial:text kind:text seed:text owner:text? enabled:int? drift:int last_step:int

-- query mfa_insert exec
-- args account:text serial:text serial_key:text kind:text seed:text
INSERT INTO mfa_device (account, serial_key, serial, kind, seed)
VALUES (:account, :serial_key, :serial, :kind, :seed)
ON CONFLICT (account, serial_key) DO NOTHING;

-- query mfa_get one mfa_row
-- args account:text serial_key:text
SELECT serial AS "serial", kind AS "kind", seed AS "seed", owner AS "owner", enabled AS "enabled",
       drift AS "drift", last_step AS "last_step"
FROM mfa_device WHERE account = :account AND serial_key = :serial_key;

-- query mfa_count one count_row
-- args owner:text
SELECT count(*) AS "n" FROM mfa_device WHERE owner = :owner;

-- query mfa_of_owner many mfa_row
-- args owner:text limit:int
SELECT serial AS "serial", kind AS "kind", seed AS "seed", owner AS "owner", enabled AS "enabled",
       drift AS "drift", last_step AS "last_step"
FROM mfa_device WHERE owner = :owner ORDER BY serial_key LIMIT :limit;

-- query mfa_page_of_owner many iam_mfa_device
-- args owner:text after:text limit:int
SELECT u.name AS "UserName", d.serial AS "SerialNumber", d.enabled AS "EnableDate"
FROM mfa_device d LEFT JOIN iam_user u ON u.id = d.owner
WHERE d.owner = :owner AND d.serial_key > :after ORDER BY d.serial_key LIMIT :limit;

-- Owners are users, or the root user, who has neither name nor path.
-- query mfa_page many iam_virtual_mfa_device
-- args account:text after:text limit:int
SELECT d.serial AS "SerialNumber", d.enabled AS "EnableDate", u.path AS "User.Path",
       u.name AS "User.UserName", coalesce(u.id, a.id) AS "User.UserId",
       coalesce(u.arn, 'arn:aws:iam::' || a.id || ':root') AS "User.Arn",
       coalesce(u.created, a.created) AS "User.CreateDate",
       a.password_last_used AS "User.PasswordLastUsed"
FROM mfa_device d LEFT JOIN iam_user u ON u.id = d.owner LEFT JOIN account a ON a.id = d.owner
WHERE d.account = :account AND d.serial_key > :after AND d.kind = 'virtual'
ORDER BY d.serial_key LIMIT :limit;

-- query mfa_page_assigned many iam_virtual_mfa_device
-- args account:text after:text limit:int
SELECT d.serial AS "SerialNumber", d.enabled AS "EnableDate", u.path AS "User.Path",
       u.name AS "User.UserName", coalesce(u.id, a.id) AS "User.UserId",
       coalesce(u.arn, 'arn:aws:iam::' || a.id || ':root') AS "User.Arn",
       coalesce(u.created, a.created) AS "User.CreateDate",
       a.password_last_used AS "User.PasswordLastUsed"
FROM mfa_device d LEFT JOIN iam_user u ON u.id = d.owner LEFT JOIN account a ON a.id = d.owner
WHERE d.account = :account AND d.serial_key > :after AND d.owner IS NOT NULL
  AND d.kind = 'virtual'
ORDER BY d.serial_key LIMIT :limit;

-- query mfa_page_unassigned many iam_virtual_mfa_device
-- args account:text after:text limit:int
SELECT serial AS "SerialNumber" FROM mfa_device
WHERE account = :account AND serial_key > :after AND owner IS NULL AND kind = 'virtual'
ORDER BY serial_key LIMIT :limit;

-- Changes nothing when a code of this step or a later one has been accepted already. Steps beyond
-- `ahead` are of a clock that was set back since.
-- query mfa_accept exec
-- args account:text serial_key:text step:int drift:int ahead:int
UPDATE mfa_device SET last_step = :step, drift = :drift
WHERE account = :account AND serial_key = :serial_key AND (last_step < :step OR last_step > :ahead);

-- query mfa_set_owner exec
-- args account:text serial_key:text owner:text? enabled:int?
UPDATE mfa_device SET owner = :owner, enabled = :enabled,
    drift = CASE WHEN :owner IS NULL THEN 0 ELSE drift END
WHERE account = :account AND serial_key = :serial_key;

-- query mfa_delete exec
-- args account:text serial_key:text
DELETE FROM mfa_device WHERE account = :account AND serial_key = :serial_key;

-- query mfa_certify exec
-- args account:text serial_key:text name:text value:text
INSERT INTO mfa_certification (account, serial_key, name, value)
VALUES (:account, :serial_key, :name, :value) ON CONFLICT (account, serial_key, name) DO NOTHING;

-- query mfa_certifications many iam_certification_entry
-- args account:text serial_key:text
SELECT name AS "key", value AS "value" FROM mfa_certification
WHERE account = :account AND serial_key = :serial_key ORDER BY name;

-- query mfa_certifications_delete exec
-- args account:text serial_key:text
DELETE FROM mfa_certification WHERE account = :account AND serial_key = :serial_key;
