/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What AWS says about values of a wrong type was recorded on services of the JSON protocols; where
 * nothing was, there is no message.
 */
#include <jansson.h>

#include "err.h"
#include "shape/decode_priv.h"

/* Deeper than any request has to be. */
enum { DEPTH_MAX = 32 };

/* Seconds: more than answers can print, fewer than 63 bits hold milliseconds of. */
#define TIME_MAX 1e12

struct reader {
    struct decoder d;
    int depth;
};

static int refuse(struct reader *r, const char *message)
{
    r->d.message = message;
    return ERR_SERIALIZATION;
}

static const char *value_name(json_t *json)
{
    if (json_is_boolean(json))
        return json_is_true(json) ? "TRUE_VALUE" : "FALSE_VALUE";
    return json_is_string(json) ? "STRING_VALUE" : "NUMBER_VALUE";
}

/* WANTED: "a String". */
static int refuse_type(struct reader *r, json_t *json, const char *wanted)
{
    if (json_is_array(json))
        return refuse(r, "Start of list found where not expected");
    if (json_is_object(json))
        return refuse(r, "Start of structure or map found where not expected.");
    return refuse(
        r, arena_printf(r->d.arena, "%s can not be converted to %s", value_name(json), wanted));
}

static int read_text(struct reader *r, json_t *json, const char **ret)
{
    if (!json_is_string(json))
        return refuse_type(r, json, "a String");
    *ret = arena_strndup(r->d.arena, json_string_value(json), json_string_length(json));
    return OK;
}

static int read_string(struct reader *r, const struct shape_field *field, json_t *json,
                       const char **ret)
{
    TRY(read_text(r, json, ret));
    *ret = decode_string(&r->d, field, str_of(*ret));
    return OK;
}

/* AWS undocumented: what becomes of numbers with a fraction; here they are no integers. */
static int read_int(struct reader *r, json_t *json, int64_t *ret)
{
    if (json_is_real(json))
        return refuse(r, NULL);
    if (!json_is_integer(json))
        return refuse_type(r, json, "an Integer");
    *ret = json_integer_value(json);
    return OK;
}

static int read_bool(struct reader *r, json_t *json, bool *ret)
{
    if (!json_is_boolean(json))
        return refuse_type(r, json, json_is_string(json) ? "an Boolean" : "a Boolean");
    *ret = json_is_true(json);
    return OK;
}

static struct instant instant_of_millis(int64_t millis)
{
    int64_t rest = (millis % 1000 + 1000) % 1000;
    return (struct instant){(millis - rest) / 1000, (int32_t)rest * 1000000};
}

static int read_time(struct reader *r, const struct shape_field *field, json_t *json, int64_t *ret)
{
    struct instant instant;
    if (field->iso8601) {
        struct str text = {json_string_value(json), json_string_length(json)};
        if (!text.p || !instant_parse(text, &instant))
            return refuse(r, NULL);
    } else {
        double at = json_number_value(json);
        if (!json_is_number(json))
            return refuse_type(r, json, "milliseconds since epoch");
        if (at < -TIME_MAX || at > TIME_MAX)
            return refuse(r, NULL);
        instant = instant_of_millis((int64_t)(at * 1000 + (at < 0 ? -0.5 : 0.5)));
    }
    return shape_time(field, &instant, ret) ? OK : refuse(r, NULL);
}

static int read_document(struct reader *r, json_t *json, const char **ret)
{
    const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
    size_t n = json_dumpb(json, NULL, 0, flags);
    char *text = arena_zalloc(r->d.arena, n + 1);
    json_dumpb(json, text, n, flags);
    *ret = text;
    return OK;
}

static int read_struct(struct reader *r, const struct shape *shape, json_t *json,
                       unsigned char *to);
static int read_member(struct reader *r, const struct shape_field *field, json_t *json,
                       unsigned char *v);

static int read_item(struct reader *r, const struct shape_field *field, json_t *json,
                     unsigned char *to)
{
    if (field->item == SHAPE_STR)
        return read_text(r, json, (const char **)(void *)to);
    return read_struct(r, field->shape, json, to);
}

/* AWS undocumented: what a null in a list is; here it is not there. */
static int read_list(struct reader *r, const struct shape_field *field, json_t *json,
                     struct shape_list *list)
{
    if (!json_is_array(json))
        return json_is_object(json) ? refuse_type(r, json, "a List")
                                    : refuse(r, "Expected list or null");
    size_t i, size = shape_item_size(field);
    json_t *item;
    unsigned char *at = arena_zalloc(r->d.arena, size * json_array_size(json));
    *list = (struct shape_list){0, at};
    json_array_foreach(json, i, item)
    {
        if (json_is_null(item))
            continue;
        TRY(read_item(r, field, item, at));
        at += size;
        list->n++;
    }
    return OK;
}

/* Entries are in the order of the text. */
static int read_map(struct reader *r, const struct shape_field *field, json_t *json,
                    struct shape_list *list)
{
    const struct shape_field *key = &field->shape->fields[0], *value = &field->shape->fields[1];
    const char *name;
    json_t *item;
    if (!json_is_object(json))
        return json_is_array(json) ? refuse_type(r, json, "a Map") : refuse(r, "Expected null");
    unsigned char *at = arena_zalloc(r->d.arena, field->shape->size * json_object_size(json));
    *list = (struct shape_list){0, at};
    json_object_foreach(json, name, item)
    {
        if (json_is_null(item))
            continue;
        *(const char **)(void *)(at + key->off) = arena_strdup(r->d.arena, name);
        TRY(read_member(r, value, item, at));
        at += field->shape->size;
        list->n++;
    }
    return OK;
}

static int read_value(struct reader *r, const struct shape_field *field, json_t *json,
                      unsigned char *to)
{
    switch (field->kind) {
    case SHAPE_STR:
        return read_string(r, field, json, (const char **)(void *)to);
    case SHAPE_INT:
        return read_int(r, json, (int64_t *)(void *)to);
    case SHAPE_BOOL:
        return read_bool(r, json, (bool *)to);
    case SHAPE_TIME:
        return read_time(r, field, json, (int64_t *)(void *)to);
    case SHAPE_LIST:
        return (field->map ? read_map : read_list)(r, field, json, (void *)to);
    case SHAPE_DOCUMENT:
        return read_document(r, json, (const char **)(void *)to);
    case SHAPE_STRUCT:
        *(void **)(void *)to = arena_alloc(r->d.arena, field->shape->size);
        return read_struct(r, field->shape, json, *(void **)(void *)to);
    case SHAPE_RAW:
        break;
    }
    return OK;
}

static int read_member(struct reader *r, const struct shape_field *field, json_t *json,
                       unsigned char *v)
{
    if (field->has_off)
        *(bool *)(v + field->has_off) = true;
    return read_value(r, field, json, v + field->off);
}

static int read_struct(struct reader *r, const struct shape *shape, json_t *json, unsigned char *to)
{
    if (!json_is_object(json))
        return json_is_array(json) ? refuse_type(r, json, "a Structure")
                                   : refuse(r, "Expected null");
    if (++r->depth > DEPTH_MAX)
        return refuse(r, NULL);
    memset(to, 0, shape->size);
    for (size_t i = 0; i < shape->n; i++) {
        const struct shape_field *field = &shape->fields[i];
        json_t *value = json_object_get(json, field->name);
        if (field->place != SHAPE_IN_BODY)
            continue;
        if (!value || (json_is_null(value) && field->kind != SHAPE_DOCUMENT)) {
            TRY(decode_field(&r->d, field, NULL, to));
            continue;
        }
        TRY(read_member(r, field, value, to));
    }
    r->depth--;
    return OK;
}

/* The member that is the whole body, or NULL. */
static const struct shape_field *payload_of(const struct shape *shape)
{
    for (size_t i = 0; i < shape->n; i++) {
        if (shape->fields[i].place == SHAPE_IN_PAYLOAD)
            return &shape->fields[i];
    }
    return NULL;
}

/* AWS undocumented: that an object which names a member twice is none. */
static int read_json(struct reader *r, const struct shape *shape, struct str body,
                     unsigned char *to)
{
    const struct shape_field *payload = payload_of(shape);
    json_t *json = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    int code;
    if (payload && json)
        code = read_document(r, json, (const char **)(void *)(to + payload->off));
    else if (json_is_object(json) || json_is_array(json))
        code = read_struct(r, shape, json, to);
    else
        code = refuse(r, NULL);
    json_decref(json);
    return code;
}

static int read_body(struct reader *r, const struct shape *shape, bool may_be_empty,
                     struct str body, unsigned char *to)
{
    const struct shape_field *payload = payload_of(shape);
    memset(to, 0, shape->size);
    if (payload && payload->kind == SHAPE_RAW)
        *(struct str *)(void *)(to + payload->off) = body;
    else if (!payload || body.n)
        return read_json(r, shape, may_be_empty && !body.n ? STR("{}") : body, to);
    return OK;
}

static int read_elsewhere(struct reader *r, const struct shape *shape, const struct node *elsewhere,
                          unsigned char *to)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct shape_field *field = &shape->fields[i];
        if (field->place == SHAPE_IN_BODY || field->place == SHAPE_IN_PAYLOAD)
            continue;
        if (decode_field(&r->d, field, node_find(elsewhere, str_of(field->name)), to) < 0)
            return refuse(r, NULL); /* AWS undocumented: what it says about them */
    }
    return OK;
}

int shape_decode_json(struct arena *a, const struct shape *shape, const struct node *elsewhere,
                      struct str body, void *ret, const char **message)
{
    struct reader r = {.d = {.arena = a}};
    int code = read_body(&r, shape, elsewhere != NULL, body, ret);
    if (code == OK && elsewhere)
        code = read_elsewhere(&r, shape, elsewhere, ret);
    if (code < 0) {
        *message = r.d.message;
        return code;
    }
    return shape_check(a, shape, ret, message);
}
