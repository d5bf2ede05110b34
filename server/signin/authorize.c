/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The authorization endpoint of `aws login` (RFC 6749, section 4.1, with PKCE, RFC 7636): who is
 * signed in decides whether a client gets a code, with which it then gets credentials.
 */
#include "authz/authz.h"
#include "console_api.h"
#include "pages.h"
#include "server/api/admin_guard.h"
#include "server/page/ask.h"
#include "server/page/show.h"
#include "server/server.h"
#include "svc/signin/oauth.h"

/* What the client asks for; members that are missing are NULL. */
struct asking {
    const char *response_type, *client_id, *redirect_uri, *scope, *state, *challenge, *method;
    enum oauth_redirect redirect;
};

#define ASKING(IN)                                                                                 \
    {                                                                                              \
        .response_type = (IN)->response_type, .client_id = (IN)->client_id,                        \
        .redirect_uri = (IN)->redirect_uri, .scope = (IN)->scope, .state = (IN)->state,            \
        .challenge = (IN)->code_challenge, .method = (IN)->code_challenge_method                   \
    }

static void add_parameter(struct buf *b, const char *name, const char *value)
{
    if (!value)
        return;
    buf_printf(b, "%c%s=", memchr(b->p, '?', b->n) ? '&' : '?', name);
    buf_pct_encode(b, str_of(value), "");
}

/* To where the client waits for the answer. */
static int send_back(struct call *c, const struct asking *asking, const char *name,
                     const char *value, const char *description)
{
    struct buf url = buf_new(c->arena, 512);
    buf_add_text(&url, asking->redirect_uri);
    add_parameter(&url, name, value);
    add_parameter(&url, "error_description", description);
    add_parameter(&url, "state", asking->state);
    return page_go_away(c, buf_text(&url));
}

/* RFC 6749, section 4.1.2.1: where the answer would go to is not known, so that no browser is sent
   there. AWS undocumented: the page. */
static int check_client(struct call *c, struct asking *asking)
{
    const char *client = asking->client_id ? asking->client_id : "";
    const char *uri = asking->redirect_uri ? asking->redirect_uri : "";
    if (strcmp(client, OAUTH_SAME_DEVICE) != 0 && strcmp(client, OAUTH_CROSS_DEVICE) != 0)
        return call_fail(c, ERR_VALIDATION_ERROR, "No client is known by this client_id.");
    asking->redirect = oauth_redirect_of(request_header(c->rq, "host"), client, uri);
    if (asking->redirect == OAUTH_REDIRECT_BAD)
        return call_fail(c, ERR_VALIDATION_ERROR, "This client may not be sent to redirect_uri.");
    return OK;
}

static bool is_challenge(const char *text)
{
    enum { LENGTH = 43 };
    size_t n = 0;
    while (ascii_is_alnum(text[n]) || text[n] == '-' || text[n] == '_')
        n++;
    return n == LENGTH && !text[n];
}

static bool is_text(const char *text, const char *expected)
{
    return text && strcmp(text, expected) == 0;
}

/* The error of OAuth; NULL: there is none. What is not said of the challenge is no weaker one. */
static const char *find_error(const struct asking *asking, const char **description)
{
    *description = NULL;
    if (!is_text(asking->response_type, "code"))
        return "unsupported_response_type";
    if (!is_text(asking->scope, "openid"))
        return "invalid_scope";
    *description = "code_challenge_method must be SHA-256";
    if (!is_text(asking->method, "SHA-256"))
        return "invalid_request";
    *description = "code_challenge must be the digest of a verifier";
    return asking->challenge && is_challenge(asking->challenge) ? NULL : "invalid_request";
}

/* Clients leave out the path of the endpoint they are set to, and with it the sandbox: who may know
   which there are is asked. */
static bool has_choice(const struct call *c, json_t *names)
{
    struct sandbox **all;
    if (c->rq->prefix.n || !admin_is_open(&c->server->config, c->rq))
        return false;
    size_t n = sandboxes_list(c->server->sandboxes, c->arena, &all);
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(names, json_string(all[i]->name));
        sandbox_release(all[i]);
    }
    return n > 1;
}

static int ask_for_sandbox(struct call *c, json_t *names)
{
    size_t i;
    json_t *name, *links = json_array();
    json_array_foreach(names, i, name)
    {
        const char *text = json_string_value(name);
        json_array_append_new(
            links, json_pack("{s:s, s:s}", "name", text, "link",
                             arena_printf(c->arena, "/_sandbox/%s/v1/authorize/consent?%.*s", text,
                                          STR_FMT(c->rq->query))));
    }
    return page_show(
        c, &page_authorize_sandbox,
        json_pack("{s:s, s:s, s:o}", "title", "Which sandbox?", "here", "", "sandboxes", links));
}

int console_get_authorize(struct call *c, const struct console_get_authorize_in *in)
{
    struct asking asking = ASKING(in);
    const char *description;
    TRY(check_client(c, &asking));
    const char *error = find_error(&asking, &description);
    if (error)
        return send_back(c, &asking, "error", error, description);
    json_t *names = json_array();
    int code = has_choice(c, names)
                   ? ask_for_sandbox(c, names)
                   : page_go(c, "/v1/authorize/consent?%.*s", STR_FMT(c->rq->query));
    json_decref(names);
    return code;
}

/* "http://127.0.0.1:4321": where a form may end. */
static const char *origin_of(struct call *c, const char *uri)
{
    const char *authority = strstr(uri, "//") + 2;
    return arena_strndup(c->arena, uri, (size_t)(authority - uri) + strcspn(authority, "/"));
}

/* The page that asks; REFUSED is why it cannot be allowed, or NULL. */
static int show_consent(struct call *c, const struct asking *asking, const struct asked *refused)
{
    const char *origin = origin_of(c, asking->redirect_uri);
    bool local = asking->redirect == OAUTH_REDIRECT_LOCAL;
    json_t *data =
        json_pack("{s:s, s:s, s:b, s:s, s:s}", "title", "Let a client sign in?", "here", "",
                  "local", local, "port", strrchr(origin, ':') + 1, "arn", c->principal->arn);
    json_object_update_new(data,
                           json_pack("{s:s, s:s, s:s, s:s, s:s*, s:s, s:s}", "response_type",
                                     asking->response_type, "client_id", asking->client_id,
                                     "redirect_uri", asking->redirect_uri, "scope", asking->scope,
                                     "state", asking->state, "code_challenge", asking->challenge,
                                     "code_challenge_method", asking->method));
    if (refused)
        json_object_update_new(data, asked_json(refused));
    if (local)
        page_allow_form(c, origin);
    return page_show_status(c, refused ? refused->status : 200, &page_authorize, data);
}

int console_get_consent(struct call *c, const struct console_get_consent_in *in)
{
    struct asking asking = ASKING(in);
    const char *description;
    TRY(check_client(c, &asking));
    const char *error = find_error(&asking, &description);
    return error ? send_back(c, &asking, "error", error, description)
                 : show_consent(c, &asking, NULL);
}

static int allow(struct call *c, const struct asking *asking)
{
    struct asked asked;
    ask(c, "signin", "AuthorizeOAuth2Access",
        json_pack("{s:s, s:s, s:s, s:s, s:s}", "scope", asking->scope, "redirect_uri",
                  asking->redirect_uri, "code_challenge_method", asking->method, "client_id",
                  asking->client_id, "code_challenge", asking->challenge),
        &asked);
    if (!asked.body)
        return show_consent(c, asking, &asked);
    const char *code = json_string_value(json_object_get(asked.body, "code"));
    return send_back(c, asking, "code", code, NULL);
}

int console_post_consent(struct call *c, const struct console_post_consent_in *in)
{
    struct asking asking = ASKING(in);
    const char *description;
    TRY(check_client(c, &asking));
    const char *error = find_error(&asking, &description);
    if (error)
        return send_back(c, &asking, "error", error, description);
    return strcmp(in->decision, "allow") == 0
               ? allow(c, &asking)
               : send_back(c, &asking, "error", "access_denied", NULL);
}

/* What the client wants to be given; it compares the state with its own. */
static const char *text_to_copy(struct call *c, const struct console_get_confirmation_in *in)
{
    struct buf b = buf_new(c->arena, 256), base64 = buf_new(c->arena, 512);
    buf_printf(&b, "state=%s&code=%s", in->state, in->code);
    buf_base64(&base64, (const unsigned char *)b.p, b.n);
    return buf_text(&base64);
}

int console_get_confirmation(struct call *c, const struct console_get_confirmation_in *in)
{
    bool done = in->state && in->code && !in->error;
    json_t *data =
        json_pack("{s:s, s:s}", "title", done ? "Copy this code" : "No code", "here", "");
    if (done)
        json_object_set_new(data, "copy", json_string(text_to_copy(c, in)));
    return page_show(c, &page_confirmation, data);
}
