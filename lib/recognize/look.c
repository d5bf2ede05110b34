/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/look.h"

#include <assert.h>

#include "recognize/members_priv.h"
#include "recognize/table_priv.h"
#include "shape/form.h"

struct look {
    struct arena *arena;
    const struct request *rq;
    const struct recognized *op;
    struct members *members;
    bool body;
};

struct look *look_new(struct arena *a, const struct request *rq, const struct recognized *op,
                      bool body)
{
    struct look *look = NEW(a, struct look);
    const struct request_service *service = &request_services[op->service - 1];
    bool as_query = op->protocol == RECOGNIZE_QUERY && service->protocol != RECOGNIZE_QUERY;
    look->arena = a;
    look->rq = rq;
    look->op = op;
    look->body = body;
    look->members = members_new(a, rq, op->protocol, as_query, body);
    return look;
}

static struct seen_list one(struct look *look, struct str value)
{
    struct seen *seen = NEW(look->arena, struct seen);
    seen->value = value;
    return (struct seen_list){seen, value.p != NULL};
}

static struct seen_list in_body(struct look *look, struct str path)
{
    struct member_list found;
    if (members_find(look->members, path, &found) != RECOGNIZED)
        return (struct seen_list){NULL, 0};
    struct seen_list ret = {NEW_ARRAY(look->arena, struct seen, found.n), found.n};
    for (size_t i = 0; i < found.n; i++) {
        ret.v[i].value = found.v[i].value.p ? found.v[i].value : STR("");
        ret.v[i].n_at = found.v[i].n_at;
        memcpy(ret.v[i].at, found.v[i].at, sizeof ret.v[i].at);
    }
    return ret;
}

static struct seen_list in_path(struct look *look, struct str number)
{
    struct str path = look->op->path, part = {NULL, 0};
    int64_t n;
    struct buf text = buf_new(look->arena, path.n + 1);
    str_cut(&path, '/');
    for (n = str_to_int64(number, &n) ? n : -1; n >= 0 && path.p; n--)
        part = str_cut(&path, '/');
    if (n >= 0 || !part.n || !buf_pct_decode(&text, part, false) || !str_is_utf8(buf_str(&text)))
        return (struct seen_list){NULL, 0};
    return one(look, buf_str(&text));
}

static struct seen_list in_query(struct look *look, struct str wanted)
{
    struct str rest = look->rq->query, name;
    while (rest.p) {
        struct str value = str_cut(&rest, '&'), key = str_cut(&value, '=');
        if (form_decode(look->arena, key, &name) == OK && str_eq(name, wanted) && value.p &&
            form_decode(look->arena, value, &value) == OK)
            return one(look, value);
    }
    return (struct seen_list){NULL, 0};
}

static_assert((int)SEEN_DEPTH == (int)MEMBER_DEPTH, "elements are numbered alike");

struct seen_list look_at(struct look *look, const char *source)
{
    struct str name = str_of(source), from = str_cut(&name, ':');
    if (str_is(from, "b"))
        return in_body(look, name);
    if (str_is(from, "u"))
        return in_path(look, name);
    if (str_is(from, "q"))
        return in_query(look, name);
    if (str_is(from, "h"))
        return one(look, request_find_header(look->rq, name));
    struct str body = {NULL, 0};
    return one(look, look->body ? look->rq->body : body);
}

struct str look_for(struct look *look, const char *source)
{
    struct seen_list found = look_at(look, source);
    return found.n ? found.v[0].value : (struct str){NULL, 0};
}
