/* SPDX-License-Identifier: Apache-2.0 */
#include "server/page/show.h"

#include <stdarg.h>

#include "access/console_session.h"
#include "access/view.h"
#include "pages.h"
#include "server/page/answer.h"
#include "server/page/json.h"
#include "server/page/visit.h"
#include "server/server.h"

int page_show_status(struct call *c, int status, const struct page *page, json_t *data)
{
    struct page_answer *answer = page_answer(c);
    answer->status = status;
    answer->template = page;
    answer->data = json_kept(c->arena, data);
    return OK;
}

int page_show(struct call *c, const struct page *page, json_t *data)
{
    return page_show_status(c, 200, page, data);
}

int page_go_away(struct call *c, const char *url)
{
    struct page_answer *answer = page_answer(c);
    answer->status = 303;
    answer->location = url;
    return OK;
}

int page_go(struct call *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *path = arena_vprintf(c->arena, format, args);
    va_end(args);
    return page_go_away(c, arena_printf(c->arena, "%.*s%s", STR_FMT(c->rq->prefix), path));
}

int page_send(struct call *c, const struct page_file *file)
{
    page_answer(c)->file = file;
    return OK;
}

int page_say(struct call *c, const char *type, const char *text)
{
    page_answer(c)->type = type;
    page_answer(c)->text = str_of(text);
    return OK;
}

void page_allow_form(struct call *c, const char *origin)
{
    page_answer(c)->form_action = origin;
}

static const char *kind_of(const struct authz_principal *p)
{
    switch (p->kind) {
    case PRINCIPAL_ROOT:
        return "root";
    case PRINCIPAL_USER:
        return "user";
    case PRINCIPAL_FEDERATED:
        return "federated";
    default:
        return "role";
    }
}

/* A user's name, a role's and its session's, a federated user's: paths are of users alone. */
static const char *name_of(const struct authz_principal *p)
{
    const char *slash = strchr(p->arn, '/');
    if (p->kind == PRINCIPAL_ROOT)
        return "root user";
    return p->kind == PRINCIPAL_USER ? p->name : slash ? slash + 1 : p->arn;
}

static json_t *nobody(void)
{
    return json_pack("{s:b}", "signed_in", 0);
}

/* As who switched to it wants it to be shown: the last of those that are remembered; and who that
   is, after whom the session is called. NULL: no role is switched to. */
static json_t *shown_role(const struct console_session *s, const char *session)
{
    const char *slash = strrchr(session, '/');
    json_t *roles = *s->base_key_id ? json_loads(s->roles, 0, NULL) : NULL;
    json_t *role = json_incref(json_array_get(roles, 0));
    if (role && slash)
        json_object_set_new(role, "switched_by", json_string(slash + 1));
    json_decref(roles);
    return role;
}

static json_t *me(const struct call *c)
{
    const struct authz_principal *p = c->principal;
    if (!c->signed_in || !p)
        return nobody();
    return json_pack("{s:b, s:s, s:b, s:s, s:s, s:s, s:s*, s:b, s:b, s:o*, s:I}", "signed_in", 1,
                     "kind", kind_of(p), "is_root", p->kind == PRINCIPAL_ROOT, "name", name_of(p),
                     "arn", p->arn, "account", p->account, "alias", p->alias, "mfa", p->mfa_at != 0,
                     "switched", *c->signed_in->base_key_id != '\0', "role",
                     shown_role(c->signed_in, p->arn), "session_ends",
                     (json_int_t)c->session->expires);
}

static void set_text(json_t *data, const char *name, struct str text)
{
    json_object_set_new_nocheck(data, name, json_stringn_nocheck(text.p ? text.p : "", text.n));
}

/* A visitor needs no cookie to be told that there is no such page. */
static bool has_forms(const struct call *c)
{
    return c->signed_in || c->page->template != &page_error;
}

/* Beside what the handler has put there. */
static void add_common(struct call *c, json_t *data)
{
    set_text(data, "base", c->rq->prefix);
    set_text(data, "path", c->rq->path);
    if (c->sandbox && has_forms(c))
        set_text(data, "csrf", str_of(console_csrf(c, visit_cookie(c))));
    set_text(data, "sandbox", str_of(c->sandbox ? c->sandbox->name : ""));
    set_text(data, "enforcement", str_of(config_enforcement_name(c->enforcement)));
    set_text(data, "version", STR(IAM_LOCAL_VERSION));
    json_object_set_new(data, "operator", json_boolean(c->signed_in && c->signed_in->by_operator));
    json_object_set_new(data, "me", me(c));
}

struct str page_bytes(struct call *c)
{
    const struct page_answer *answer = c->page;
    struct buf b = buf_new(c->arena, 8192);
    add_common(c, answer->data);
    page_render(&b, answer->template, answer->data);
    return buf_str(&b);
}
