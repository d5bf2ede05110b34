/* SPDX-License-Identifier: Apache-2.0 */
/* No account belongs to an organization: what those without one are answered. */
#include "call/page.h"
#include "organizations_api.h"

static int not_in_use(struct call *c)
{
    return call_fail(c, ERR_AWS_ORGANIZATIONS_NOT_IN_USE,
                     "Your account is not a member of an organization.");
}

/* Nobody invites. */
int organizations_list_handshakes_for_account(
    struct call *c, const struct organizations_list_handshakes_for_account_in *in,
    struct organizations_list_handshakes_for_account_out *out)
{
    const char *after;
    TRY(page_after(c, in->next_token, &after));
    out->handshakes = (struct organizations_handshake_list){.n = 0};
    return OK;
}

int organizations_list_create_account_status(
    struct call *c, UNUSED const struct organizations_list_create_account_status_in *in,
    UNUSED struct organizations_list_create_account_status_out *out)
{
    return not_in_use(c);
}

int organizations_list_handshakes_for_organization(
    struct call *c, UNUSED const struct organizations_list_handshakes_for_organization_in *in,
    UNUSED struct organizations_list_handshakes_for_organization_out *out)
{
    return not_in_use(c);
}

int organizations_list_policies(struct call *c,
                                UNUSED const struct organizations_list_policies_in *in,
                                UNUSED struct organizations_list_policies_out *out)
{
    return not_in_use(c);
}
