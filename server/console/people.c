/* SPDX-License-Identifier: Apache-2.0 */
#include "server/console/people.h"

#include "call/page.h"
#include "pages.h"
#include "server/console/editor.h"

enum { SMALL_LIST = 1000 };

const struct people_kind people_users = {"users", "Users",    "ListUsers",
                                         "Users", "UserName", &page_users},
                         people_groups = {"groups", "Groups",    "ListGroups",
                                          "Groups", "GroupName", &page_groups},
                         people_roles = {"roles", "Roles",    "ListRoles",
                                         "Roles", "RoleName", &page_roles};

void people_set(json_t *json, const char *member, const char *text)
{
    json_t *value = text ? json_string(text) : NULL;
    if (value)
        json_object_set_new(json, member, value);
}

/* Lists are sorted by names in lower case: a position in front of the first name that begins with
   PREFIX, and behind all that come before those. Names have no characters below `+`. */
static const char *before(struct call *c, const char *prefix)
{
    const char *folded = call_fold(c, prefix);
    size_t n = strlen(folded);
    unsigned char last = n ? (unsigned char)folded[n - 1] : 0;
    if (last <= ' ')
        return folded;
    return arena_printf(c->arena, "%.*s%c\xff", (int)n - 1, folded, last - 1);
}

static const char *name_at(const struct people_kind *kind, const json_t *list, size_t i)
{
    return json_string_value(json_object_get(json_array_get(list, i), kind->name));
}

/* Cuts LIST behind the last name with the prefix. Whether it is all that is there. */
static bool cut(const struct people_kind *kind, json_t *list, const char *prefix)
{
    size_t n = strlen(prefix), kept = 0;
    while (kept < json_array_size(list)) {
        const char *name = name_at(kind, list, kept);
        if (strlen(name) < n || !str_same_fold(name, prefix, n))
            break;
        kept++;
    }
    bool all = kept < json_array_size(list);
    while (json_array_size(list) > kept)
        json_array_remove(list, json_array_size(list) - 1);
    return all;
}

static void add_parameter(struct buf *b, const char *name, const char *value)
{
    if (!value)
        return;
    buf_add_char(b, b->n && memchr(b->p, '?', b->n) ? '&' : '?');
    buf_printf(b, "%s=", name);
    buf_pct_encode(b, str_of(value), "");
}

static const char *next_path(struct call *c, const struct people_kind *kind,
                             const struct people_search *search, const char *marker)
{
    struct buf b = buf_new(c->arena, 256);
    buf_printf(&b, "/console/%s", kind->folder);
    add_parameter(&b, "prefix", search->prefix);
    add_parameter(&b, "path", search->path);
    add_parameter(&b, "marker", marker);
    return buf_text(&b);
}

static json_t *question(struct call *c, const struct people_kind *kind,
                        const struct people_search *search)
{
    json_t *in = json_pack("{s:i}", "MaxItems", PEOPLE_ROWS);
    const char *marker = search->marker;
    if (!marker && search->prefix)
        marker = page_marker_of(c->arena, kind->op, before(c, search->prefix));
    people_set(in, "PathPrefix", search->path);
    people_set(in, "Marker", marker);
    return in;
}

int people_list(struct call *c, const struct people_kind *kind, const struct people_search *search,
                const struct asked *failed)
{
    struct asked found = people_ask(c, kind->op, NULL, NULL, question(c, kind, search));
    json_t *data = json_pack("{s:s, s:s, s:s}", "title", kind->title, "here", "people", "folder",
                             kind->folder);
    bool all = found.body && search->prefix &&
               cut(kind, json_object_get(found.body, kind->list), search->prefix);
    const char *marker = json_string_value(json_object_get(found.body, "Marker"));
    people_set(data, "prefix", search->prefix);
    people_set(data, "path_prefix", search->path);
    people_set(data, "next", marker && !all ? next_path(c, kind, search, marker) : NULL);
    json_object_set_new(data, "found", asked_json(&found));
    if (failed)
        json_object_set_new(data, "failed", asked_json(failed));
    return page_show_status(c, failed ? failed->status : 200, kind->page, data);
}

const char *people_name(struct call *c, const char *part)
{
    struct buf b = buf_new(c->arena, 64);
    bool dots = strchr(part, '%') && buf_pct_decode(&b, str_of(part), false);
    return dots ? buf_text(&b) : part;
}

int people_go(struct call *c, const struct people_kind *kind, const char *name)
{
    return page_go(c, "%s", console_path(c, kind->folder, name, NULL));
}

/* Times in words, wherever they are in an answer. */
static void show_times(json_t *json)
{
    const char *name;
    json_t *value;
    size_t i;
    json_array_foreach(json, i, value)
    {
        show_times(value);
    }
    json_object_foreach(json, name, value)
    {
        size_t n = strlen(name);
        bool time = json_is_number(value) && ((n > 4 && strcmp(name + n - 4, "Date") == 0) ||
                                              strcmp(name, "PasswordLastUsed") == 0);
        if (time)
            json_object_set_new(json, name, console_time(value));
        else
            show_times(value);
    }
}

struct asked people_ask(struct call *c, const char *op, const char *member, const char *name,
                        json_t *in)
{
    struct asked asked;
    json_t *members = in ? in : json_object();
    if (member)
        people_set(members, member, name);
    ask(c, "iam", op, members, &asked);
    show_times(asked.body);
    return asked;
}

bool people_add(struct call *c, json_t *data, const char *as, const char *op, const char *member,
                const char *name)
{
    bool list = strncmp(op, "List", 4) == 0;
    json_t *in = list ? json_pack("{s:i}", "MaxItems", SMALL_LIST) : NULL;
    struct asked asked = people_ask(c, op, member, name, in);
    json_object_set_new(data, as, asked_json(&asked));
    return asked.body != NULL;
}

int people_do(struct call *c, const struct people_form *sent, json_t *form, struct asked *ret)
{
    const struct people_change *change = NULL;
    for (size_t i = 0; i < sent->n_changes; i++) {
        if (strcmp(sent->changes[i].name, sent->called) == 0)
            change = &sent->changes[i];
    }
    json_t *in = json_object();
    for (size_t i = 0; change && i < ARRAY_LEN(change->members) && change->members[i]; i++) {
        json_t *value = json_object_get(form, change->members[i]);
        if (value)
            json_object_set(in, change->members[i], value);
    }
    json_decref(form);
    if (!change) {
        json_decref(in);
        return call_fail(c, ERR_NO_SUCH_ENDPOINT, "There is no such form.");
    }
    *ret = people_ask(c, change->op, sent->member, sent->name, in);
    return OK;
}
