/* SPDX-License-Identifier: Apache-2.0 */
#include "access/policy_use.h"

#include "entity/entity.h"
#include "err.h"
#include "queries.h"

static int count_in_use(struct tx *tx, const char *account, int more)
{
    return entity_count(tx, account, "PolicyVersionsInUse", more, INT64_MAX);
}

int policy_use_count(struct tx *tx, const char *account, const char *arn, int attachments,
                     int boundaries)
{
    TRY(q_use_insert(tx, &(struct q_use_insert){.account = account, .policy = arn}));
    if (tx->changes > 0)
        TRY(count_in_use(tx, account, 1));
    TRY(q_use_add(tx, &(struct q_use_add){.account = account,
                                          .policy = arn,
                                          .attachments = attachments,
                                          .boundaries = boundaries}));
    TRY(q_use_drop_unused(tx, &(struct q_use_drop_unused){.account = account, .policy = arn}));
    return tx->changes > 0 ? count_in_use(tx, account, -1) : OK;
}
