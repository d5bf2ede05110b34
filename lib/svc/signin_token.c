/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/signin_token.h"

#include <inttypes.h>

#include "access/console_session.h"
#include "access/view.h"
#include "queries.h"

enum {
    TOKEN_SECONDS = 900,
    DURATION_MIN = 900, /* of the console's session */
    DURATION_MAX = CONSOLE_SECONDS,
    ID_BYTES = 16,
    KEPT = 1024,  /* of the tokens that were used */
    CLEANED = 16, /* of those that are over, at each use */
};

/* What tokens are sealed for; account ids are digits. */
static const char purpose[] = "signin token";

static int refuse(struct call *c, const char *why)
{
    return call_fail(c, ERR_VALIDATION_ERROR, "%s", why);
}

/* Requests to the endpoint are not signed: who has the secret shows it. */
static int open_session(struct call *c, const struct signin_credentials *from, struct session *ret)
{
    if (!from->id || !from->key)
        return refuse(c, "Session is a JSON object with the texts sessionId, sessionKey and "
                         "sessionToken: access key id, secret access key and session token.");
    if (!from->token || !*from->token)
        return refuse(c, "Long-term access keys do not open the console: those of AssumeRole and "
                         "GetFederationToken, which have a session token, do.");
    if (!session_open(c->arena, c->sandbox->session_key, str_of(from->token), ret))
        return refuse(c, "The sessionToken is not this server's, or of another sandbox.");
    if (!secret_equal(str_of(from->id), str_of(ret->key_id)) ||
        !secret_equal(str_of(from->key), str_of(ret->secret)))
        return refuse(c, "The sessionToken belongs to another sessionId or sessionKey.");
    return OK;
}

/* AWS undocumented: that credentials of the console, and of who acts for others, open nothing. */
static int check_kind(struct call *c, const struct session *session)
{
    bool role = session->kind == PRINCIPAL_SESSION,
         federated = session->kind == PRINCIPAL_FEDERATED;
    if ((role || federated) && !session->console && !session->delegate)
        return OK;
    return refuse(c, "Only credentials of AssumeRole, AssumeRoleWithSAML, "
                     "AssumeRoleWithWebIdentity and GetFederationToken open the console.");
}

static void release(void *view)
{
    view_release(view);
}

/* Whether the credentials are good still, and whose they are. */
static int check_holder(struct call *c, struct signin_token *token)
{
    struct view *view;
    if (c->now >= token->session.expires)
        return call_fail(c, ERR_EXPIRED_TOKEN, "The credentials have expired.");
    int code = view_acquire_session(c->sandbox, c->arena, &token->session, &view);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_EXPIRED_TOKEN, "Whose credentials these were is gone.");
    TRY(code);
    arena_keep(c->arena, release, view);
    token->who = &view->principal;
    const char *why = account_refuses(c, &view->account, false, &token->session);
    return why ? call_fail(c, ERR_EXPIRED_TOKEN, "%s", why) : OK;
}

static int read_duration(struct call *c, const char *text, const struct session *session,
                         int64_t *ret)
{
    *ret = 0;
    if (!text)
        return OK;
    if (session->kind == PRINCIPAL_FEDERATED)
        return refuse(c, "Credentials of GetFederationToken take no SessionDuration.");
    if (session->chained)
        return refuse(c, "Credentials of a role that was assumed with temporary credentials take "
                         "no SessionDuration.");
    if (!str_to_int64(str_of(text), ret) || *ret < DURATION_MIN || *ret > DURATION_MAX)
        return refuse(c, "SessionDuration is a number of seconds from 900 to 43200.");
    return OK;
}

/* A line for each. */
static const char *seal(struct call *c, const struct signin_token *token, int64_t duration,
                        const char *session)
{
    const char *text = arena_printf(c->arena, "%s\n%" PRId64 "\n%" PRId64 "\n%s", token->id,
                                    token->expires, duration, session);
    return sealed_write(c->arena, c->sandbox->session_key, purpose, str_of(text));
}

int signin_token_new(struct call *c, const struct signin_credentials *from, const char *duration,
                     struct signin_token *ret, const char **text)
{
    int64_t seconds;
    unsigned char id[ID_BYTES];
    struct buf hex = {.arena = c->arena};
    TRY(open_session(c, from, &ret->session));
    TRY(check_kind(c, &ret->session));
    int code = check_holder(c, ret);
    if (code == ERR_EXPIRED_TOKEN)
        return refuse(c, c->message);
    TRY(code);
    TRY(read_duration(c, duration, &ret->session, &seconds));
    rand_bytes(&c->sandbox->rand, id, sizeof id);
    buf_hex(&hex, id, sizeof id);
    ret->id = buf_text(&hex);
    ret->expires = c->now + TOKEN_SECONDS;
    *text = seal(c, ret, seconds, from->token);
    return OK;
}

int signin_token_open(struct call *c, const char *text, struct signin_token *ret)
{
    int64_t duration;
    struct str rest = sealed_read(c->arena, c->sandbox->session_key, purpose, str_of(text));
    struct str id = str_cut(&rest, '\n'), expires = str_cut(&rest, '\n');
    struct str seconds = str_cut(&rest, '\n');
    if (!rest.p || !str_to_int64(expires, &ret->expires) || !str_to_int64(seconds, &duration) ||
        !session_open(c->arena, c->sandbox->session_key, rest, &ret->session))
        return refuse(c, "The SigninToken is not this server's, or of another sandbox.");
    if (c->now >= ret->expires)
        return call_fail(c, ERR_EXPIRED_TOKEN, "The SigninToken has expired.");
    TRY(check_holder(c, ret));
    ret->id = str_dup(c->arena, id);
    if (duration)
        ret->session.expires = c->now + duration;
    return OK;
}

/* Beyond so many, those that end first are forgotten: their memory is bounded. */
static int trim(struct call *c)
{
    struct signin_token_place oldest;
    TRY(q_signin_token_delete_over(c->tx, &(struct q_signin_token_delete_over){c->now, CLEANED}));
    int code = q_signin_token_nth(c->tx, &(struct q_signin_token_nth){c->now, KEPT}, &oldest);
    if (code < 0)
        return code == ERR_NOT_FOUND ? OK : code;
    return q_signin_token_delete_oldest(
        c->tx, &(struct q_signin_token_delete_oldest){oldest.expires, oldest.id});
}

int signin_token_use(struct call *c, const struct signin_token *token)
{
    TRY(trim(c));
    TRY(q_signin_token_use(c->tx, &(struct q_signin_token_use){token->id, token->expires}));
    return c->tx->changes ? OK
                          : call_fail(c, ERR_EXPIRED_TOKEN,
                                      "The SigninToken has been used, and opens the console once.");
}
