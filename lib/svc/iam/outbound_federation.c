/* SPDX-License-Identifier: Apache-2.0 */
#include "call/call.h"
#include "iam_api.h"
#include "jose/issuer.h"
#include "model/ids.h"
#include "queries.h"

static int read_state(struct call *c, struct outbound_row *ret)
{
    return q_outbound_get(c->tx, &(struct q_outbound_get){.account = c->account}, ret);
}

/* AWS undocumented: the words. */
static int disabled(struct call *c)
{
    return call_fail(c, ERR_FEATURE_DISABLED,
                     "Outbound web identity federation is not enabled for this account.");
}

/* AWS undocumented: that the issuer is the same when it is switched on again, and the words. */
int iam_enable_outbound_web_identity_federation(
    struct call *c, UNUSED const struct iam_enable_outbound_web_identity_federation_in *in,
    struct iam_enable_outbound_web_identity_federation_out *out)
{
    struct outbound_row state;
    char *id = arena_alloc(c->arena, UUID_SIZE);
    TRY(read_state(c, &state));
    if (state.enabled)
        return call_fail(c, ERR_FEATURE_ENABLED,
                         "Outbound web identity federation is already enabled for this account.");
    if (!state.issuer) {
        uuid_new(&c->sandbox->rand, id);
        state.issuer = id;
    }
    out->issuer_identifier = issuer_own_url(c->arena, c->rq, state.issuer);
    return q_outbound_set(c->tx, &(struct q_outbound_set){c->account, state.issuer, true});
}

int iam_disable_outbound_web_identity_federation(
    struct call *c, UNUSED const struct iam_disable_outbound_web_identity_federation_in *in)
{
    struct outbound_row state;
    TRY(read_state(c, &state));
    if (!state.enabled)
        return disabled(c);
    return q_outbound_set(c->tx, &(struct q_outbound_set){c->account, state.issuer, false});
}

int iam_get_outbound_web_identity_federation_info(
    struct call *c, UNUSED const struct iam_get_outbound_web_identity_federation_info_in *in,
    struct iam_get_outbound_web_identity_federation_info_out *out)
{
    struct outbound_row state;
    TRY(read_state(c, &state));
    if (!state.enabled)
        return disabled(c);
    out->issuer_identifier = issuer_own_url(c->arena, c->rq, state.issuer);
    out->jwt_vending_enabled = true;
    return OK;
}
