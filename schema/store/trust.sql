-- SPDX-License-Identifier: Apache-2.0
-- Trust policies of roles, and whom they name. Roles and principals are unique ids.

-- row trust_row arn:text principal:text now:text?

-- query trust_document one document_row
-- args role:text
SELECT trust AS "document" FROM iam_role WHERE id = :role;

-- query trust_principal_put exec
-- args role:text arn:text principal:text
INSERT INTO trust_principal (role, arn, principal) VALUES (:role, :arn, :principal)
ON CONFLICT (role, arn) DO UPDATE SET principal = excluded.principal;

-- What each is called now; nothing when it was deleted.
-- query trust_principals many trust_row
-- args role:text
SELECT t.arn AS "arn", t.principal AS "principal", coalesce(u.arn, r.arn) AS "now"
FROM trust_principal t
LEFT JOIN iam_user u ON u.id = t.principal
LEFT JOIN iam_role r ON r.id = t.principal
WHERE t.role = :role ORDER BY t.arn;

-- query trust_principal_delete_all exec
-- args role:text
DELETE FROM trust_principal WHERE role = :role;
