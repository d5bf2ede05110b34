/* SPDX-License-Identifier: Apache-2.0 */
#include "support/browser.h"

#include <check.h>

#include "access/console_session.h"
#include "iam_api.h"
#include "queries.h"

/* A call that nobody makes, for what needs one. */
static struct call call_of(struct client *client)
{
    struct sandbox *sandbox = client->server->sandbox;
    return (struct call){.arena = &client->arena,
                         .server = client->server,
                         .sandbox = sandbox,
                         .now = clock_now(&sandbox->clock)};
}

static int begin(struct call *c, struct session *who, const char **cookie)
{
    struct tx tx;
    TRY(store_begin(c->sandbox->store, true, c->arena, &tx));
    c->tx = &tx;
    int code = console_session_begin(c, who, 0, "[]", cookie);
    int end = store_end(&tx, code == OK);
    return code < 0 ? code : end;
}

struct browser browser_with(struct client *client, struct session *who)
{
    struct call c = call_of(client);
    struct browser browser = {.client = client};
    who->source_identity = who->source_identity ? who->source_identity : "";
    who->provider = who->provider ? who->provider : "";
    who->policy = who->policy ? who->policy : "";
    who->name = who->name ? who->name : "";
    ck_assert_int_eq(begin(&c, who, &browser.cookie), OK);
    return browser;
}

static const char *find_user(struct client *client, const char *account, const char *name)
{
    struct tx tx;
    struct iam_user user;
    struct call c = call_of(client);
    ck_assert_int_eq(store_begin(c.sandbox->store, false, c.arena, &tx), OK);
    ck_assert_int_eq(q_user_get(&tx, &(struct q_user_get){account, call_fold(&c, name)}, &user),
                     OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    return user.user_id;
}

struct browser browser_signed_in(struct client *client, const char *account, const char *user)
{
    struct session who = {.kind = user ? PRINCIPAL_USER : PRINCIPAL_ROOT,
                          .account = account,
                          .owner = user ? find_user(client, account, user) : account};
    return browser_with(client, &who);
}

/* An empty one is none. */
static void keep_cookie(struct browser *browser, struct str header)
{
    struct arena *a = &browser->client->arena;
    struct str whole = str_cut(&header, ';'), value = whole;
    struct str name = str_cut(&value, '=');
    if (str_is(name, "iam-local-default"))
        browser->cookie = value.n ? str_dup(a, value) : NULL;
    else
        browser->other = value.n ? str_dup(a, whole) : NULL;
}

static struct response send_request(struct browser *browser, const char *method, const char *target,
                                    const char *body)
{
    struct client *client = browser->client;
    const char *cookie = arena_printf(&client->arena, "%s; iam-local-default=%s",
                                      browser->other ? browser->other : "other=1",
                                      browser->cookie ? browser->cookie : "");
    const struct request_header headers[] = {
        {STR("Host"), STR("localhost:4566")},
        {STR("Accept"), STR("text/html,application/xhtml+xml,*/*;q=0.8")},
        {STR("Sec-Fetch-Site"), STR("same-origin")},
        {STR("Cookie"), str_of(cookie)},
        {STR("Content-Type"), STR("application/x-www-form-urlencoded")}};
    struct response response =
        client_ask(client, method, target, headers, ARRAY_LEN(headers) - !*body, str_of(body));
    for (size_t i = 0; i < response.n_headers; i++) {
        if (strcmp(response.headers[i].name, "set-cookie") == 0)
            keep_cookie(browser, str_of(response.headers[i].value));
    }
    return response;
}

struct response browser_get(struct browser *browser, const char *target)
{
    return send_request(browser, "GET", target, "");
}

struct response browser_post(struct browser *browser, const char *target, const char *fields)
{
    struct call c = call_of(browser->client);
    const char *csrf = console_csrf(&c, str_of(browser->cookie ? browser->cookie : ""));
    const char *body = arena_printf(c.arena, "csrf=%s&%s", csrf, fields);
    return send_request(browser, "POST", target, body);
}

struct response browser_post_as_is(struct browser *browser, const char *target, const char *body)
{
    return send_request(browser, "POST", target, body);
}

void browser_expect(const struct response *page, int status, const char *text)
{
    struct str body = page->body;
    const char *shown = arena_strndup(page->arena, body.p ? body.p : "", body.n);
    const char *main = strstr(shown, "<main"), *told = main ? main : shown;
    ck_assert_msg(page->status == status, "%d: %.3000s", page->status, told); /* check's limit */
    ck_assert_msg(strstr(shown, text), "no %s in %.3000s", text, told);
}

void browser_expect_way(const struct response *page, const char *path)
{
    const char *location = client_header(page, "location");
    ck_assert_msg(page->status == 303 && location, "%d: %.*s", page->status, STR_FMT(page->body));
    ck_assert_str_eq(location, path);
}

static const char *unescape(struct arena *a, struct str text)
{
    static const struct {
        const char *from;
        char to;
    } marks[] = {{"&amp;", '&'},  {"&lt;", '<'},  {"&gt;", '>'},
                 {"&quot;", '"'}, {"&#34;", '"'}, {"&#39;", '\''}};
    struct buf b = buf_new(a, text.n + 1);
    while (text.n) {
        size_t i = 0;
        while (i < ARRAY_LEN(marks) && !str_starts(text, str_of(marks[i].from)))
            i++;
        bool marked = i < ARRAY_LEN(marks);
        size_t n = marked ? strlen(marks[i].from) : 1;
        buf_add_char(&b, marked ? marks[i].to : *text.p);
        text = (struct str){text.p + n, text.n - n};
    }
    return buf_text(&b);
}

const char *browser_field(struct browser *browser, const struct response *page, const char *name)
{
    struct arena *a = &browser->client->arena;
    const char *html = str_dup(a, page->body);
    const char *at = strstr(html, arena_printf(a, " name=\"%s\"", name));
    const char *end = at ? strchr(at, '>') : NULL, *value = at ? strstr(at, " value=\"") : NULL;
    if (!value || value > end)
        return NULL;
    value += strlen(" value=\"");
    return unescape(a, (struct str){value, (size_t)(strchr(value, '"') - value)});
}

const char *browser_encode(struct browser *browser, const char *text)
{
    struct buf b = buf_new(&browser->client->arena, 64);
    buf_pct_encode(&b, str_of(text), "");
    return buf_text(&b);
}
