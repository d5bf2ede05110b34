/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens with which services outside AWS recognize a principal of the account. */
#include "access/session.h"
#include "authz/authz.h"
#include "call/call.h"
#include "jose/issuer.h"
#include "jose/jwt_signer.h"
#include "model/ids.h"
#include "queries.h"
#include "sts_api.h"
#include "svc/sts/grant.h"

/* AWS undocumented: how long the claims may be. */
enum { CLAIMS_MAX = 8192 };

/* As the tags of sessions are checked, so that no second one of a name stands behind the first. */
static int check_tags(struct call *c, const struct sts_tag_list *tags)
{
    static const struct sts_policy_descriptor_type_list none;
    struct session unused;
    return grant_scope_read(c, &(struct grant_scope){.policy_arns = &none, .tags = tags},
                            c->account, &unused);
}

/* AWS undocumented: the words. */
static int check(struct call *c, int64_t seconds, struct outbound_row *state)
{
    TRY(q_outbound_get(c->tx, &(struct q_outbound_get){.account = c->account}, state));
    if (!state->enabled)
        return call_fail(c, ERR_OUTBOUND_WEB_IDENTITY_FEDERATION_DISABLED,
                         "Outbound web identity federation is not enabled for this account.");
    if (c->session && c->now + seconds > c->session->expires)
        return call_fail(c, ERR_SESSION_DURATION_ESCALATION,
                         "The token would outlive the session that asks for it.");
    return OK;
}

static void add_text(struct buf *b, const char *name, const char *value)
{
    buf_add_char(b, ',');
    buf_json_text(b, name, value);
}

static void add_audience(struct buf *b, const struct str_list *audience)
{
    buf_add_text(b, audience->n > 1 ? ",\"aud\":[" : ",\"aud\":");
    for (size_t i = 0; i < audience->n; i++) {
        if (i)
            buf_add_char(b, ',');
        buf_json(b, str_of(audience->v[i]));
    }
    if (audience->n > 1)
        buf_add_char(b, ']');
}

static void add_tags(struct buf *b, const char *name, const struct authz_tag *tags, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i == 0)
            buf_printf(b, ",\"%s\":{", name);
        else
            buf_add_char(b, ',');
        buf_json(b, tags[i].key);
        buf_add_char(b, ':');
        buf_json(b, tags[i].value);
    }
    if (n)
        buf_add_char(b, '}');
}

/* What AWS adds about the principal and its session (IAM User Guide, "Understanding token
   claims"). */
static void add_identity(struct buf *b, const struct call *c, const struct sts_tag_list *tags)
{
    const struct authz_principal *p = c->principal;
    struct authz_tag *request = NEW_ARRAY(b->arena, struct authz_tag, tags->n);
    for (size_t i = 0; i < tags->n; i++)
        request[i] = (struct authz_tag){str_of(tags->v[i].key), str_of(tags->v[i].value)};
    buf_add(b, STR(",\"https://sts.amazonaws.com/\":{"));
    buf_json_text(b, "aws_account", c->account);
    add_text(b, "source_region", "us-east-1");
    add_text(b, "principal_id", p->arn);
    if (p->source_identity)
        add_text(b, "source_identity", p->source_identity);
    if (p->provider)
        add_text(b, "federated_provider", p->provider);
    add_tags(b, "principal_tags", p->tags, p->n_tags);
    add_tags(b, "request_tags", request, tags->n);
    buf_add_char(b, '}');
}

/* The subject of a session is its role. */
static struct str claims_of(struct call *c, const struct sts_get_web_identity_token_in *in,
                            const char *issuer)
{
    char id[UUID_SIZE];
    struct buf b = buf_new(c->arena, 1024);
    const struct authz_principal *p = c->principal;
    uuid_new(&c->sandbox->rand, id);
    buf_add_char(&b, '{');
    buf_json_text(&b, "iss", issuer);
    add_audience(&b, &in->audience);
    add_text(&b, "sub", p->kind == PRINCIPAL_SESSION ? p->issuer : p->arn);
    buf_add_char(&b, ',');
    buf_json_number(&b, "iat", (uint64_t)c->now);
    buf_add_char(&b, ',');
    buf_json_number(&b, "exp", (uint64_t)(c->now + in->duration_seconds));
    add_text(&b, "jti", id);
    add_identity(&b, c, &in->tags);
    buf_add_char(&b, '}');
    return buf_str(&b);
}

int sts_get_web_identity_token(struct call *c, const struct sts_get_web_identity_token_in *in,
                               struct sts_get_web_identity_token_out *out)
{
    struct outbound_row state;
    bool known =
        strcmp(in->signing_algorithm, "RS256") == 0 || strcmp(in->signing_algorithm, "ES384") == 0;
    if (!known) /* AWS undocumented: the words */
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "The signing algorithm has to be RS256 or ES384.");
    TRY(check(c, in->duration_seconds, &state));
    TRY(check_tags(c, &in->tags));
    struct str claims = claims_of(c, in, issuer_own_url(c->arena, c->rq, state.issuer));
    if (claims.n > CLAIMS_MAX) /* AWS undocumented: the words */
        return call_fail(c, ERR_JWT_PAYLOAD_SIZE_EXCEEDED,
                         "The claims of the token exceed the size that is allowed.");
    out->web_identity_token = str_dup(c->arena, claims);
    out->expiration = c->now + in->duration_seconds;
    return OK;
}

/* Of the claims the token is made. */
int sts_get_web_identity_token_tell(struct call *c, const struct sts_get_web_identity_token_in *in,
                                    struct sts_get_web_identity_token_out *out)
{
    const struct jwt_signer *signer;
    struct str claims = str_of(out->web_identity_token);
    TRY(jwt_signer_need(c->sandbox, c->arena, &signer));
    out->web_identity_token =
        jwt_signer_sign(c->arena, signer, &c->sandbox->rand, in->signing_algorithm, claims);
    return OK;
}
