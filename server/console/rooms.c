/* SPDX-License-Identifier: Apache-2.0 */
#include "server/console/rooms.h"

#include "access/console_session.h"
#include "base/clock.h"
#include "server/api/admin_guard.h"
#include "server/server.h"

json_t *rooms_ask(struct call *c, json_t *data, const char *name, const char *service,
                  const char *op, json_t *in)
{
    struct asked asked;
    ask(c, service, op, in, &asked);
    json_object_set_new(data, name, asked_json(&asked));
    return asked.body;
}

bool rooms_is_refused(json_t *data, const char *name, const char *code)
{
    json_t *refused = json_object_get(json_object_get(data, name), "refused");
    const char *told = json_string_value(json_object_get(refused, "code"));
    return told && strcmp(told, code) == 0;
}

void rooms_date(json_t *object, const char *member)
{
    char text[CLOCK_TEXT_SIZE];
    json_t *at = json_object_get(object, member);
    if (!json_is_number(at))
        return;
    clock_iso8601((int64_t)json_number_value(at), text);
    json_object_set_new(object, member, json_string(text));
}

void rooms_dates(json_t *list, const char *member)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) rooms_date(item, member);
}

bool rooms_may_operate(const struct call *c)
{
    return admin_is_open(&c->server->config, c->rq) || (c->signed_in && c->signed_in->by_operator);
}

int rooms_check_operator(struct call *c)
{
    if (rooms_may_operate(c))
        return OK;
    return call_fail(
        c, ERR_ACCESS_DENIED,
        "This is for who has the admin token of the server. The page /console/operator "
        "takes it.");
}

int rooms_check_typed(struct call *c, const char *typed, const char *expected)
{
    if (typed && expected && strcmp(typed, expected) == 0)
        return OK;
    return call_fail(c, ERR_VALIDATION_ERROR,
                     "Nothing was done: to confirm it, type what the form asks for, letter by "
                     "letter.");
}

/* What the field of the form has; NULL: nothing, or nothing but an empty text. */
static const char *value_of(const struct shape *shape, const void *in, struct str name)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct shape_field *field = &shape->fields[i];
        if (field->kind != SHAPE_STR || !str_is(name, field->name))
            continue;
        const char *value;
        memcpy(&value, (const char *)in + field->off, sizeof value);
        return value && *value ? value : NULL;
    }
    return NULL;
}

/* What is called so in an object, made when there is none; of a list, its one item. */
static json_t *descend(json_t *object, const char *name, bool list)
{
    json_t *inner = json_object_get(object, name);
    if (!inner) {
        inner = list ? json_pack("[{}]") : json_object();
        json_object_set_new(object, name, inner);
    }
    return list ? json_array_get(inner, 0) : inner;
}

static struct str last_part(struct str path)
{
    struct str last = path;
    while (path.n)
        last = str_cut(&path, '.');
    return last;
}

static bool cut_end(struct str *s, struct str end)
{
    bool has = s->n >= end.n && memcmp(s->p + s->n - end.n, end.p, end.n) == 0;
    s->n -= has ? end.n : 0;
    return has;
}

static int make_value(struct call *c, struct str name, char mark, const char *text, json_t **ret)
{
    int64_t number;
    *ret = mark == '?' ? json_true() : NULL;
    if (mark == '#' && !str_to_int64(str_of(text), &number))
        return call_fail(c, ERR_VALIDATION_ERROR, "%.*s has to be a number.", STR_FMT(name));
    if (mark == '#')
        *ret = json_integer(number);
    if (!*ret)
        *ret = json_string(text);
    return OK;
}

/* FIELD is one of struct room_form. */
static int put_field(struct call *c, struct str field, const void *in, json_t *object)
{
    char mark = field.p[field.n - 1];
    json_t *value;
    if (mark == '#' || mark == '?' || mark == '!')
        field.n--;
    struct str name = last_part(field);
    bool in_list = cut_end(&name, STR("[]"));
    const char *text = value_of(c->op->in, in, name);
    if (!text && mark != '!')
        return OK;
    TRY(make_value(c, name, mark, text ? text : "", &value));
    while (field.n) {
        struct str part = str_cut(&field, '.');
        bool list = cut_end(&part, STR("[]"));
        if (field.n)
            object = descend(object, str_dup(c->arena, part), list);
    }
    json_object_set_new(object, str_dup(c->arena, name), in_list ? json_pack("[o]", value) : value);
    return OK;
}

int rooms_input(struct call *c, const char *fields, const void *in, json_t **ret)
{
    json_t *object = json_object();
    struct str rest = str_of(fields);
    while (rest.n) {
        int code = put_field(c, str_cut(&rest, ' '), in, object);
        if (code < 0)
            json_decref(object);
        TRY(code);
    }
    *ret = object;
    return OK;
}
