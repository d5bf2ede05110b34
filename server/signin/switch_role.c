/* SPDX-License-Identifier: Apache-2.0 */
/* The page where a user becomes a role. */
#include "svc/switch_role.h"

#include <jansson.h>

#include "authz/authz.h"
#include "console_api.h"
#include "pages.h"
#include "record/sign_in.h"
#include "server/page/ask.h"
#include "server/page/show.h"
#include "server/signin/destination.h"

enum { ROLES_MAX = 5 }; /* that are remembered */

/* By our names, and by what links to AWS's console call them. */
static const struct {
    const char *name, *code;
} colors[] = {
    {"red", "F2B0A9"},   {"orange", "FBBF93"}, {"yellow", "FAD791"},
    {"green", "B7CA9D"}, {"blue", "99BCE3"},
};

/* "": none. */
static const char *color_of(const char *text)
{
    for (size_t i = 0; text && i < ARRAY_LEN(colors); i++) {
        if (strcmp(text, colors[i].name) == 0 || str_eq_fold(str_of(text), str_of(colors[i].code)))
            return colors[i].name;
    }
    return "";
}

static json_t *color_list(const char *chosen)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ARRAY_LEN(colors); i++)
        json_array_append_new(list, json_pack("{s:s, s:b}", "name", colors[i].name, "chosen",
                                              strcmp(chosen, colors[i].name) == 0));
    return list;
}

/* The page with what is known so far. */
static json_t *page_data(const struct call *c, const struct console_post_switch_role_in *in)
{
    json_t *roles = json_loads(c->signed_in->roles, 0, NULL);
    return json_pack("{s:s, s:s*, s:s*, s:s*, s:s*, s:o, s:o*}", "title", "Switch role", "account",
                     in->account, "roleName", in->role_name, "displayName", in->display_name,
                     "redirect_uri", in->redirect_uri, "colors", color_list(color_of(in->color)),
                     "roles", roles);
}

int console_get_switch_role(struct call *c, const struct console_get_switch_role_in *in)
{
    const struct console_post_switch_role_in filled = {.account = in->account,
                                                       .role_name = in->role_name,
                                                       .display_name = in->display_name,
                                                       .color = in->color,
                                                       .redirect_uri = in->redirect_uri};
    return page_show(c, &page_switch_role, page_data(c, &filled));
}

/* What came of it before the transaction. */
struct switching {
    struct switch_role role;
    struct asked asked;
    int code; /* why nothing was asked for; OK: it was */
};

static json_t *question(const struct switch_role *role)
{
    return json_pack("{s:s, s:s}", "RoleArn", role->role_arn, "RoleSessionName", role->name);
}

static const char *member_of(const struct asked *asked, const char *object, const char *member)
{
    return json_string_value(json_object_get(json_object_get(asked->body, object), member));
}

int console_post_switch_role_prove(struct call *c, const struct console_post_switch_role_in *in)
{
    struct switching *s = NEW(c->arena, struct switching);
    c->proof = s;
    s->code = switch_role_begin(c, in->account, in->role_name, &s->role);
    if (s->code == ERR_ACCESS_DENIED || s->code == ERR_VALIDATION_ERROR)
        return OK;
    TRY(s->code);
    ask_as_base(c, "sts", "AssumeRole", question(&s->role), &s->asked);
    if (!s->asked.body)
        return OK;
    return switch_role_assumed(c, member_of(&s->asked, "Credentials", "SessionToken"), &s->role);
}

static int refuse(struct call *c, const struct console_post_switch_role_in *in,
                  const struct switching *s)
{
    json_t *data = page_data(c, in);
    if (s->code != OK) {
        json_object_set_new(data, "error", json_string(c->message));
        return page_show_status(c, err_face(s->code)->status, &page_switch_role, data);
    }
    json_t *refused = asked_json(&s->asked);
    json_object_update(data, refused);
    json_decref(refused);
    return page_show_status(c, s->asked.status, &page_switch_role, data);
}

static const char *text_of(const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text ? text : "";
}

/* The last ones, this first. */
static const char *remember(struct call *c, const struct console_post_switch_role_in *in)
{
    size_t i;
    json_t *before = json_loads(c->signed_in->roles, 0, NULL), *role, *all = json_array();
    const char *name = in->display_name
                           ? in->display_name
                           : arena_printf(c->arena, "%s @ %s", in->role_name, in->account);
    json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:s}", "account", in->account, "roleName",
                                         in->role_name, "displayName", name, "color",
                                         color_of(in->color)));
    json_array_foreach(before, i, role)
    {
        bool same = strcmp(text_of(role, "account"), in->account) == 0 &&
                    strcmp(text_of(role, "roleName"), in->role_name) == 0;
        if (!same && json_array_size(all) < ROLES_MAX)
            json_array_append(all, role);
    }
    size_t n = json_dumpb(all, NULL, 0, JSON_COMPACT);
    char *text = arena_zalloc(c->arena, n + 1);
    json_dumpb(all, text, n, JSON_COMPACT);
    json_decref(all);
    json_decref(before);
    return text;
}

/* Who is that role already renews it. */
static void record_switch(struct call *c, const struct switching *s, const char *url)
{
    const struct authz_principal role = {
        .kind = PRINCIPAL_SESSION,
        .account = s->role.account,
        .arn = member_of(&s->asked, "AssumedRoleUser", "Arn"),
        .id = member_of(&s->asked, "AssumedRoleUser", "AssumedRoleId")};
    bool again = *c->signed_in->base_key_id && c->principal->issuer &&
                 strcmp(c->principal->issuer, s->role.role_arn) == 0;
    record_sign_in(c,
                   &(struct record_sign_in){.name = again ? RECORD_RENEW_ROLE : RECORD_SWITCH_ROLE,
                                            .who = &role,
                                            .switch_from = s->role.who->arn,
                                            .redirect_to = url});
}

int console_post_switch_role(struct call *c, const struct console_post_switch_role_in *in)
{
    const struct switching *s = c->proof;
    if (!s->asked.body)
        return refuse(c, in, s);
    const char *to = destination_path(c->arena, c->rq, in->redirect_uri);
    to = to ? to : destination_path(c->arena, c->rq, NULL);
    TRY(switch_role_end(c, &s->role, remember(c, in)));
    record_switch(c, s, destination_url(c->arena, c->rq, to));
    return page_go(c, "%s", to);
}

int console_post_switch_back(struct call *c, UNUSED const struct console_post_switch_back_in *in)
{
    const char *to = destination_path(c->arena, c->rq, NULL);
    TRY(switch_role_back(c));
    if (*c->signed_in->base_key_id) {
        const struct record_sign_in left = {.name = RECORD_EXIT_ROLE,
                                            .who = c->principal,
                                            .redirect_to = destination_url(c->arena, c->rq, to)};
        record_sign_in(c, &left);
    }
    return page_go(c, "%s", to);
}
