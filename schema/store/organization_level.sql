-- SPDX-License-Identifier: Apache-2.0
-- What binds accounts: the policies of the root, of units and of accounts, in the order in which
-- they were attached.

-- row level_row policy:text name:text? content:text? unit:text?

-- AWS's own policies have no name and no content here.
-- query organization_level many level_row
-- args target:text type:text
SELECT a.policy AS "policy", p.name AS "name", p.content AS "content", u.name AS "unit"
FROM organization_attachment a
LEFT JOIN organization_policy p ON p.id = a.policy
LEFT JOIN organization_unit u ON u.id = a.target
WHERE a.target = :target AND a.type = :type ORDER BY a.position;
