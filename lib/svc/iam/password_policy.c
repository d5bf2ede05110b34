/* SPDX-License-Identifier: Apache-2.0 */
/* IAM User Guide, "Set an account password policy for IAM users". */
#include "call/call.h"
#include "iam_api.h"
#include "queries.h"

/* The name is the account's number. AWS undocumented: that DeleteAccountPasswordPolicy says the
   same. */
static int not_found(struct call *c)
{
    return call_fail(c, ERR_NO_SUCH_ENTITY,
                     "The Password Policy with domain name %s cannot be found.", c->account);
}

int iam_get_account_password_policy(struct call *c,
                                    const struct iam_get_account_password_policy_in *in UNUSED,
                                    struct iam_get_account_password_policy_out *out)
{
    out->password_policy = NEW(c->arena, struct iam_password_policy);
    int code = q_password_policy_get(c->tx, &(struct q_password_policy_get){.account = c->account},
                                     out->password_policy);
    return code == ERR_NOT_FOUND ? not_found(c) : code;
}

int iam_update_account_password_policy(struct call *c,
                                       const struct iam_update_account_password_policy_in *in)
{
    return q_password_policy_set(
        c->tx,
        &(struct q_password_policy_set){.account = c->account,
                                        .minimum_length = in->minimum_password_length,
                                        .symbols = in->require_symbols,
                                        .numbers = in->require_numbers,
                                        .uppercase = in->require_uppercase_characters,
                                        .lowercase = in->require_lowercase_characters,
                                        .users_may_change = in->allow_users_to_change_password,
                                        .has_max_age = in->has_max_password_age,
                                        .max_age = in->max_password_age,
                                        .has_reuse_prevention = in->has_password_reuse_prevention,
                                        .reuse_prevention = in->password_reuse_prevention,
                                        .has_hard_expiry = in->has_hard_expiry,
                                        .hard_expiry = in->hard_expiry});
}

int iam_delete_account_password_policy(
    struct call *c, const struct iam_delete_account_password_policy_in *in UNUSED)
{
    TRY(q_password_policy_delete(c->tx, &(struct q_password_policy_delete){.account = c->account}));
    return c->tx->changes == 0 ? not_found(c) : OK;
}
