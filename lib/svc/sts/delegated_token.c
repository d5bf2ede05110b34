/* SPDX-License-Identifier: Apache-2.0 */
/* A partner trades its token in for credentials: the approver's identity, cut by the policy that
   was approved. */
#include "access/sealed.h"
#include "svc/delegations.h"
#include "svc/sts/grant.h"

/* AWS undocumented: the sentences, and the code for tokens of others. */
static int refused(struct call *c)
{
    return call_fail(c, ERR_ACCESS_DENIED, "The trade-in token is not valid.");
}

static int expired(struct call *c)
{
    return call_fail(c, ERR_EXPIRED_TRADE_IN_TOKEN, "The trade-in token has expired.");
}

/* A token is sealed for the account it is given to. */
static int find_request(struct call *c, const char *token, struct delegation_row *ret)
{
    const char *purpose = delegation_purpose(c->arena, c->account);
    struct str id = sealed_read(c->arena, c->sandbox->session_key, purpose, str_of(token));
    if (!id.p)
        return refused(c);
    int code = q_delegation_get(c->tx, &(struct q_delegation_get){str_dup(c->arena, id)}, ret);
    if (code == ERR_NOT_FOUND || (code == OK && c->now >= ret->changed + ret->duration))
        return expired(c);
    return code;
}

int sts_get_delegated_access_token(struct call *c,
                                   const struct sts_get_delegated_access_token_in *in,
                                   struct sts_get_delegated_access_token_out *out)
{
    struct delegation_row row = {.identity = ""};
    struct session session;
    TRY(find_request(c, in->trade_in_token, &row));
    if (!session_open(c->arena, c->sandbox->session_key, str_of(row.identity), &session))
        return refused(c);
    session.policy = row.policy;
    session.delegate = row.requestor;
    out->has_packed_policy_size = true;
    TRY(grant_packed_size(c, &session, &out->packed_policy_size));
    TRY(grant_check_region(c, session.account));
    TRY(grant_issue(c, &session, row.changed + row.duration - c->now, &out->credentials));
    out->assumed_principal = row.approver;
    return OK;
}
