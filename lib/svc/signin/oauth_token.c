/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AWS Sign-In API Reference, CreateOAuth2Token, as RFC 6749, 7636 and 9449 have it. Errors have a
 * code of OAuth beside their class, and few words; what is wrong can be asked for.
 */
#include "access/session.h"
#include "access/view.h"
#include "jose/dpop.h"
#include "jose/jwt.h"
#include "jose/jwt_signer.h"
#include "record/record.h"
#include "signin_api.h"
#include "svc/signin/oauth.h"
#include "svc/sts/grant.h"

/* AWS Sign-In User Guide, "Sign in for AWS local development". */
enum { CREDENTIALS_SECONDS = 900 };

/* A request whose proof holds, and what it is about. */
struct claim {
    struct dpop proof;
    bool with_code, used; /* USED: and that before */
    int64_t generation;   /* of the refresh token that was shown */
    struct oauth_grant_row grant;
    struct session session; /* as the grant has it */
};

static int invalid(struct call *c, const char *why)
{
    c->reason = why;
    return call_violates(c, ERR_VALIDATION_ERROR, "INVALID_REQUEST",
                         "The request is missing a required parameter, includes an invalid "
                         "parameter value, or is otherwise malformed.");
}

static int bad_grant(struct call *c, const char *why)
{
    c->reason = why;
    return call_violates(c, ERR_VALIDATION_ERROR, "INVALID_REQUEST",
                         "The provided authorization grant is invalid, expired, revoked, or "
                         "malformed");
}

/* AWS undocumented: the words for codes. */
static int expired(struct call *c, const struct claim *claim)
{
    if (claim->with_code)
        return call_violates(c, ERR_ACCESS_DENIED, "AUTHCODE_EXPIRED",
                             "The authorization code has expired.");
    return call_violates(c, ERR_ACCESS_DENIED, "TOKEN_EXPIRED", "The refresh token has expired.");
}

/* AWS undocumented: the words. */
static int changed(struct call *c, const char *why)
{
    c->reason = why;
    return call_violates(c, ERR_ACCESS_DENIED, "USER_CREDENTIALS_CHANGED",
                         "The credentials of the user have changed. Sign in again.");
}

/* A proof is used up by a final answer. */
static int settle(struct call *c, const struct dpop *proof, int code)
{
    if (code < 0 && err_face(code)->status < 500)
        dpop_note_used(c->sandbox->proofs, proof);
    return code;
}

static int read_proof(struct call *c, struct claim *claim)
{
    const char *why_not = dpop_check(c->arena, c->rq, clock_real(), &claim->proof);
    if (why_not)
        return invalid(c, why_not);
    return dpop_is_used(c->sandbox->proofs, &claim->proof) ? invalid(c, "the proof was used before")
                                                           : OK;
}

static int read_code(struct call *c, const struct signin_create_o_auth2_token_in *in,
                     const char **grant)
{
    if (!in->code || !in->code_verifier || !in->redirect_uri)
        return invalid(c, "code, codeVerifier or redirectUri is missing");
    return oauth_read_code(c, in->code, grant) ? OK : invalid(c, "there is no such code");
}

static int read_refresh_token(struct call *c, const struct signin_create_o_auth2_token_in *in,
                              struct claim *claim, const char **grant)
{
    if (!in->refresh_token)
        return invalid(c, "refreshToken is missing");
    bool ok = oauth_read_refresh_token(c, in->refresh_token, grant, &claim->generation);
    return ok ? OK : bad_grant(c, "there is no such refresh token");
}

/* Grants are deleted when they have ended. */
static int find_grant(struct call *c, const struct signin_create_o_auth2_token_in *in,
                      struct claim *claim)
{
    const char *id;
    TRY(claim->with_code ? read_code(c, in, &id) : read_refresh_token(c, in, claim, &id));
    int code = q_oauth_grant_get(c->tx, &(struct q_oauth_grant_get){id}, &claim->grant);
    return code == ERR_NOT_FOUND ? expired(c, claim) : code;
}

static int check_code(struct call *c, const struct signin_create_o_auth2_token_in *in,
                      struct claim *claim)
{
    const struct oauth_grant_row *grant = &claim->grant;
    if (strcmp(in->redirect_uri, grant->redirect_uri) != 0)
        return invalid(c, "redirectUri is not the one that the code was asked for with");
    if (strcmp(jwt_digest(c->arena, in->code_verifier), grant->challenge) != 0)
        return invalid(c, "codeVerifier does not fit the challenge");
    claim->used = grant->generation > 0;
    return claim->used ? invalid(c, "the code was used before") : OK;
}

/* A client that did not get the answer asks with the same token once more. */
static int check_refresh_token(struct call *c, const struct claim *claim)
{
    const struct oauth_grant_row *grant = &claim->grant;
    if (strcmp(claim->proof.key, grant->key_id) != 0)
        return bad_grant(c, "the refresh token is bound to another key");
    if (grant->ended == OAUTH_MISUSED)
        return bad_grant(c, "the code was used twice, which has ended what it gave");
    bool last = claim->generation == grant->generation;
    return last || claim->generation + 1 == grant->generation
               ? OK
               : bad_grant(c, "a later refresh token has been used");
}

static int check_password(struct call *c, const struct oauth_grant_row *grant)
{
    struct password_row row = {.changed = 0};
    if (grant->password_changed == 0)
        return OK;
    int code = q_password_get(c->tx, &(struct q_password_get){grant->owner}, &row);
    if (code < 0 && code != ERR_NOT_FOUND)
        return code;
    return row.changed == grant->password_changed ? OK
                                                  : changed(c, "the password has been changed");
}

static int check(struct call *c, const struct signin_create_o_auth2_token_in *in,
                 struct claim *claim)
{
    const struct oauth_grant_row *grant = &claim->grant;
    TRY(find_grant(c, in, claim));
    if (strcmp(in->client_id, grant->client) != 0)
        return claim->with_code ? invalid(c, "the code is another client's")
                                : bad_grant(c, "the refresh token is another client's");
    TRY(claim->with_code ? check_code(c, in, claim) : check_refresh_token(c, claim));
    if (grant->ended == OAUTH_CREDENTIALS_CHANGED)
        return changed(c, "the password has been changed, or the user has signed out everywhere");
    if (grant->expires <= c->now)
        return expired(c, claim);
    return check_password(c, grant);
}

/* RFC 9700, section 4.5.3: what a code has given ends when it comes twice. Who got no answer sends
   the same proof again. */
static int end_misused(struct call *c, const struct claim *claim)
{
    struct tx tx;
    if (!claim->used || strcmp(claim->grant.proof, claim->proof.id) == 0)
        return OK;
    TRY(store_begin(c->sandbox->store, true, c->arena, &tx));
    int code = q_oauth_grant_end(&tx, &(struct q_oauth_grant_end){claim->grant.id, OAUTH_MISUSED});
    int end = store_end(&tx, code == OK);
    return code < 0 ? code : end;
}

/* Who signed in, as far as that is still so. */
static int adopt(struct call *c, struct claim *claim)
{
    struct view *view;
    struct session *s = &claim->session;
    if (!session_open(c->arena, c->sandbox->session_key, str_of(claim->grant.token), s))
        return expired(c, claim);
    int code = view_acquire_session(c->sandbox, c->arena, s, &view);
    if (code < 0)
        return code == ERR_NOT_FOUND ? changed(c, "the identity is gone") : code;
    cached_keep(&view->base, c->arena);
    const char *why = account_refuses(c, &view->account, false, s);
    if (why)
        return changed(c, why);
    c->principal = &view->principal;
    c->view = &view->base;
    c->account = view->principal.account;
    c->session = s;
    struct record *record = record_of(c);
    record->access_key_id = str_of(s->key_id);
    record->issuer_id = s->owner;
    return OK;
}

static int examine(struct call *c, const struct signin_create_o_auth2_token_in *in,
                   struct claim *claim)
{
    struct tx tx;
    const struct jwt_signer *signer;
    TRY(call_begin_look(c, &tx));
    int code = call_end_look(c, check(c, in, claim));
    TRY(end_misused(c, claim));
    TRY(code);
    TRY(adopt(c, claim));
    return claim->with_code ? jwt_signer_need(c->sandbox, c->arena, &signer) : OK;
}

/* CloudTrail tells nothing else of the request. */
static void record_client(struct call *c, const char *client)
{
    struct buf b = buf_new(c->arena, 128);
    buf_add_char(&b, '{');
    buf_json_text(&b, "client_id", client);
    buf_add_char(&b, '}');
    record_of(c)->told.parameters = buf_text(&b);
}

int signin_create_o_auth2_token_prove(struct call *c,
                                      const struct signin_create_o_auth2_token_in *in)
{
    struct claim *claim = NEW(c->arena, struct claim);
    claim->with_code = strcmp(in->grant_type, "authorization_code") == 0;
    record_client(c, in->client_id);
    TRY(read_proof(c, claim));
    TRY(settle(c, &claim->proof, examine(c, in, claim)));
    c->proof = claim;
    return OK;
}

/* What an answer has to do with the grant. */
struct gift {
    const char *key_id, *secret, *token;
    int64_t seconds, generation;
};

/* The answer that a refresh token has got before, as long as its credentials are good. */
static bool repeat(struct call *c, const struct claim *claim, struct gift *ret)
{
    const struct session *s = &claim->session;
    bool again = !claim->with_code && claim->generation + 1 == claim->grant.generation;
    *ret = (struct gift){.key_id = s->key_id,
                         .secret = s->secret,
                         .token = claim->grant.token,
                         .seconds = s->expires - c->now,
                         .generation = claim->grant.generation};
    return again && s->expires > c->now;
}

/* One who comes late with a token that has been followed gets no second follower. */
static int give(struct call *c, const struct claim *claim, struct gift *ret)
{
    struct session s = claim->session;
    struct sts_credentials *credentials;
    int64_t left = claim->grant.ends - c->now;
    if (claim->with_code)
        TRY(q_oauth_grant_bind(c->tx, &(struct q_oauth_grant_bind){
                                          claim->grant.id, claim->proof.key, claim->proof.id}));
    ret->seconds = left < CREDENTIALS_SECONDS ? left : CREDENTIALS_SECONDS;
    ret->generation = claim->with_code ? 1 : claim->generation + 1;
    s.console = true;
    TRY(grant_issue(c, &s, ret->seconds, &credentials));
    ret->key_id = credentials->access_key_id;
    ret->secret = credentials->secret_access_key;
    ret->token = credentials->session_token;
    return q_oauth_grant_give(
        c->tx, &(struct q_oauth_grant_give){claim->grant.id, ret->token, ret->generation});
}

/* The real tokenType, which the service model calls otherwise, is that of what clients have kept.
 */
static void tell(struct call *c, const struct claim *claim, const struct gift *gift,
                 struct signin_create_o_auth2_token_out *out)
{
    struct signin_access_token *token = NEW(c->arena, struct signin_access_token);
    *token = (struct signin_access_token){gift->key_id, gift->secret, gift->token};
    out->access_token = token;
    out->token_type = "urn:aws:params:oauth:token-type:access_token_sigv4";
    out->expires_in = gift->seconds;
    out->refresh_token = oauth_refresh_token(c, claim->grant.id, gift->generation);
}

static int run(struct call *c, const struct signin_create_o_auth2_token_in *in, struct claim *claim,
               struct signin_create_o_auth2_token_out *out)
{
    struct gift gift;
    TRY(check(c, in, claim));
    if (!session_open(c->arena, c->sandbox->session_key, str_of(claim->grant.token),
                      &claim->session))
        return expired(c, claim);
    if (!repeat(c, claim, &gift))
        TRY(give(c, claim, &gift));
    tell(c, claim, &gift, out);
    return OK;
}

/* The grant may have become another one since it was looked at. */
int signin_create_o_auth2_token(struct call *c, const struct signin_create_o_auth2_token_in *in,
                                struct signin_create_o_auth2_token_out *out)
{
    struct claim claim = *(const struct claim *)c->proof;
    return settle(c, &claim.proof, run(c, in, &claim, out));
}

static const char *claims_of(const struct call *c, const char *client)
{
    struct buf b = buf_new(c->arena, 512);
    buf_add_char(&b, '{');
    buf_json_text(&b, "sub", c->principal->arn);
    buf_add_char(&b, ',');
    buf_json_text(&b, "aud", client);
    buf_add_char(&b, ',');
    buf_json_text(&b, "iss", "https://signin.aws.amazon.com/signin");
    buf_add_char(&b, ',');
    buf_json_text(&b, "session_arn", c->principal->arn);
    buf_add_char(&b, ',');
    buf_json_number(&b, "exp", (uint64_t)c->now + CREDENTIALS_SECONDS);
    buf_add_char(&b, ',');
    buf_json_number(&b, "iat", (uint64_t)c->now);
    buf_add_char(&b, '}');
    return buf_text(&b);
}

int signin_create_o_auth2_token_tell(struct call *c,
                                     const struct signin_create_o_auth2_token_in *in,
                                     struct signin_create_o_auth2_token_out *out)
{
    const struct claim *claim = c->proof;
    const struct jwt_signer *signer;
    dpop_note_used(c->sandbox->proofs, &claim->proof);
    if (!claim->with_code)
        return OK;
    TRY(jwt_signer_need(c->sandbox, c->arena, &signer));
    out->id_token = jwt_signer_sign(c->arena, signer, &c->sandbox->rand, "ES384",
                                    str_of(claims_of(c, in->client_id)));
    return OK;
}
