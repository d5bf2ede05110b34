-- SPDX-License-Identifier: Apache-2.0

CREATE INDEX role_deletion_account ON role_deletion (account);
