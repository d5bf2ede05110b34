/* SPDX-License-Identifier: Apache-2.0 */
#include "server/page/visit.h"

#include "access/console_session.h"
#include "server/page/answer.h"

/* Each sandbox has its own: that of "/" is sent below it, too. */
static const char *name_of(const struct call *c)
{
    return arena_printf(c->arena, "iam-local-%s", c->sandbox->name);
}

/* p == NULL: none came. */
static struct str sent_cookie(const struct call *c)
{
    struct str rest = request_header(c->rq, "cookie"), name = str_of(name_of(c));
    while (rest.n) {
        struct str value = str_cut(&rest, ';'), key = str_cut(&value, '=');
        if (str_eq(str_trim(key), name) && console_cookie_ok(str_trim(value)))
            return str_trim(value);
    }
    return (struct str){NULL, 0};
}

/* Browsers send it with links from other sites, whose targets change nothing, and with nothing
   else from there. */
static void set_cookie(struct call *c, const char *cookie, const char *more)
{
    struct str path = c->rq->prefix.n ? c->rq->prefix : STR("/");
    page_add_header(c, "set-cookie",
                    arena_printf(c->arena, "%s=%s; Path=%.*s; HttpOnly; SameSite=Lax%s", name_of(c),
                                 cookie, STR_FMT(path), more));
    page_answer(c)->cookie = str_of(cookie);
}

struct str visit_cookie(struct call *c)
{
    struct page_answer *answer = page_answer(c);
    if (!answer->cookie.p)
        answer->cookie = sent_cookie(c);
    if (!answer->cookie.p)
        set_cookie(c, console_cookie_new(c), "");
    return answer->cookie;
}

int visit_begin(struct call *c, const char *cookie)
{
    struct str before = sent_cookie(c);
    set_cookie(c, cookie, "");
    return before.p ? console_session_end(c, before) : OK;
}

void visit_end(struct call *c)
{
    set_cookie(c, "", "; Max-Age=0");
}

int visit_find(struct call *c)
{
    struct console_session *session = NEW(c->arena, struct console_session);
    struct str cookie = sent_cookie(c);
    int code = cookie.p ? console_session_find(c, cookie, session) : ERR_NOT_FOUND;
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_SIGN_IN_REQUIRED, "Nobody is signed in.");
    TRY(code);
    c->signed_in = session;
    return OK;
}

bool visit_leave_role(struct call *c)
{
    struct console_session *session = NEW(c->arena, struct console_session);
    *session = *c->signed_in;
    if (!*session->base_key_id)
        return false;
    session->key_id = session->base_key_id;
    session->token = session->base_token;
    session->base_key_id = session->base_token = "";
    c->signed_in = session;
    return true;
}

bool visit_sent_form(struct call *c)
{
    struct str cookie = sent_cookie(c), rest = c->rq->body;
    while (cookie.p && rest.n) {
        struct str value = str_cut(&rest, '&'), name = str_cut(&value, '=');
        if (str_is(name, "csrf"))
            return secret_equal(value, str_of(console_csrf(c, cookie)));
    }
    return false;
}
