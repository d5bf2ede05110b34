-- SPDX-License-Identifier: Apache-2.0

-- query password_policy_get one iam_password_policy
-- args account:text
SELECT minimum_length AS "MinimumPasswordLength", symbols AS "RequireSymbols",
       numbers AS "RequireNumbers", uppercase AS "RequireUppercaseCharacters",
       lowercase AS "RequireLowercaseCharacters",
       users_may_change AS "AllowUsersToChangePassword",
       max_age IS NOT NULL AS "ExpirePasswords", max_age AS "MaxPasswordAge",
       reuse_prevention AS "PasswordReusePrevention", hard_expiry AS "HardExpiry"
FROM password_policy WHERE account = :account;

-- query password_policy_set exec
-- args account:text minimum_length:int symbols:bool numbers:bool uppercase:bool lowercase:bool
-- args users_may_change:bool max_age:int? reuse_prevention:int? hard_expiry:bool?
-- touches account
INSERT INTO password_policy (account, minimum_length, symbols, numbers, uppercase, lowercase,
                             users_may_change, max_age, reuse_prevention, hard_expiry)
VALUES (:account, :minimum_length, :symbols, :numbers, :uppercase, :lowercase,
        :users_may_change, :max_age, :reuse_prevention, :hard_expiry)
ON CONFLICT (account) DO UPDATE SET
    minimum_length = excluded.minimum_length, symbols = excluded.symbols,
    numbers = excluded.numbers, uppercase = excluded.uppercase, lowercase = excluded.lowercase,
    users_may_change = excluded.users_may_change, max_age = excluded.max_age,
    reuse_prevention = excluded.reuse_prevention, hard_expiry = excluded.hard_expiry;

-- query password_policy_delete exec
-- args account:text
-- touches account
DELETE FROM password_policy WHERE account = :account;
