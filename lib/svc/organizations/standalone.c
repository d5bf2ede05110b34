/* SPDX-License-Identifier: Apache-2.0 */
/* No account belongs to an organization: what those without one are answered. */
#include "call/call.h"
#include "organizations_api.h"

static int not_in_use(struct call *c)
{
    return call_fail(c, ERR_AWS_ORGANIZATIONS_NOT_IN_USE,
                     "Your account is not a member of an organization.");
}

int organizations_list_policies(struct call *c,
                                UNUSED const struct organizations_list_policies_in *in,
                                UNUSED struct organizations_list_policies_out *out)
{
    return not_in_use(c);
}
