/* SPDX-License-Identifier: Apache-2.0 */
/* Programs show temporary credentials, and send browsers to the console with what they get. */
#include <jansson.h>

#include "access/console_session.h"
#include "console_api.h"
#include "pages.h"
#include "record/sign_in.h"
#include "server/page/show.h"
#include "server/page/visit.h"
#include "server/signin/destination.h"
#include "svc/signin_token.h"

static const char *text_of(struct arena *a, const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text ? arena_strdup(a, text) : NULL;
}

/* What programs send as Session; all but these members is left alone. */
static struct signin_credentials read_credentials(struct arena *a, const char *text)
{
    json_t *json = text ? json_loads(text, 0, NULL) : NULL;
    struct signin_credentials ret = {.id = text_of(a, json, "sessionId"),
                                     .key = text_of(a, json, "sessionKey"),
                                     .token = text_of(a, json, "sessionToken")};
    json_decref(json);
    return ret;
}

int console_get_signin_token(struct call *c, const struct console_get_signin_token_in *in)
{
    const char *text;
    struct signin_token token;
    if (!in->action || strcmp(in->action, "getSigninToken") != 0)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "Action is getSigninToken, by GET or POST, or login, by GET.");
    const struct signin_credentials from = read_credentials(c->arena, in->session);
    TRY(signin_token_new(c, &from, in->session_duration, &token, &text));
    record_sign_in(c, &(struct record_sign_in){.name = RECORD_GET_SIGNIN_TOKEN,
                                               .who = token.who,
                                               .issuer_id = token.session.owner});
    return page_say(c, "application/json",
                    arena_printf(c->arena, "{\"SigninToken\":\"%s\"}", text));
}

/* What a token is, looked up before the transaction. */
struct login {
    struct signin_token token;
    const char *to;
    int code; /* OK, or why it opens nothing */
};

int console_login_by_token_prove(struct call *c, const struct console_login_by_token_in *in)
{
    struct login *login = NEW(c->arena, struct login);
    if (!str_is(c->rq->method, "GET")) /* of HEAD: who only looks uses nothing up */
        return call_fail(c, ERR_METHOD_NOT_ALLOWED, "Action=login is for GET.");
    login->to = destination_path(c->arena, c->rq, in->destination);
    if (!login->to)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "The Destination is no page of the console: neither of this server nor of "
                         "AWS's.");
    login->code = signin_token_open(c, in->signin_token ? in->signin_token : "", &login->token);
    if (login->code != OK && login->code != ERR_VALIDATION_ERROR &&
        login->code != ERR_EXPIRED_TOKEN)
        return login->code;
    c->proof = login;
    return OK;
}

/* The issuer is where the person gets another link. */
static int refuse(struct call *c, const char *issuer)
{
    json_t *data = json_pack("{s:s, s:s, s:s*}", "title", "This link does not open the console",
                             "error", c->message, "issuer", issuer);
    return page_show_status(c, 400, &page_federation, data);
}

static int begin(struct call *c, struct login *login)
{
    const char *cookie;
    TRY(console_session_begin(c, &login->token.session, 0, "[]", &cookie));
    TRY(visit_begin(c, cookie));
    record_sign_in(
        c, &(struct record_sign_in){.name = RECORD_CONSOLE_LOGIN,
                                    .who = login->token.who,
                                    .issuer_id = login->token.session.owner,
                                    .login_to = destination_url(c->arena, c->rq, login->to)});
    return page_go(c, "%s", login->to);
}

int console_login_by_token(struct call *c, const struct console_login_by_token_in *in)
{
    const struct login *proved = c->proof;
    struct login login = *proved;
    if (login.code == OK)
        login.code = signin_token_use(c, &login.token);
    if (login.code == OK)
        return begin(c, &login);
    bool over = login.code == ERR_EXPIRED_TOKEN || login.code == ERR_VALIDATION_ERROR;
    return over ? refuse(c, in->issuer) : login.code;
}
