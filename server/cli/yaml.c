/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/yaml.h"

#include <inttypes.h>
#include <yaml.h>

enum { DEPTH_MAX = 64, DIGITS_MAX = 9 };

struct reader {
    struct arena *arena;
    yaml_parser_t parser;
    const char *message; /* what is wrong; NULL: nothing so far */
};

static json_t *fail(struct reader *r, size_t line, const char *what)
{
    if (!r->message)
        r->message = arena_printf(r->arena, "line %zu: %s", line + 1, what);
    return NULL;
}

/* The caller deletes the event of a success. */
static bool next(struct reader *r, yaml_event_t *ret)
{
    if (yaml_parser_parse(&r->parser, ret))
        return true;
    const char *problem = r->parser.problem;
    fail(r, r->parser.problem_mark.line, problem ? problem : "it cannot be read");
    return false;
}

static bool is_number(struct str s)
{
    struct str rest = s;
    struct str digits = str_take_digits(&rest);
    return rest.n == 0 && digits.n > 0 && digits.n <= DIGITS_MAX &&
           (*digits.p != '0' || digits.n == 1);
}

static json_t *read_plain(struct str s)
{
    int64_t number;
    if (str_is(s, "true") || str_is(s, "false"))
        return json_boolean(*s.p == 't');
    if (str_is(s, "null") || str_is(s, "~") || s.n == 0)
        return json_null();
    if (is_number(s) && str_to_int64(s, &number))
        return json_integer(number);
    return json_stringn(s.p, s.n);
}

static json_t *read_scalar(struct reader *r, const yaml_event_t *event)
{
    struct str s = {(const char *)event->data.scalar.value, event->data.scalar.length};
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    json_t *json = plain ? read_plain(s) : json_stringn(s.p, s.n);
    return json ? json
                : fail(r, event->start_mark.line, "a text has a character that is not allowed");
}

static json_t *read_value(struct reader *r, const yaml_event_t *event, int depth);

static json_t *read_list(struct reader *r, int depth)
{
    json_t *list = json_array();
    yaml_event_t event;
    while (next(r, &event)) {
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        json_t *item = end ? NULL : read_value(r, &event, depth);
        yaml_event_delete(&event);
        if (end)
            return list;
        if (!item)
            break;
        json_array_append_new(list, item);
    }
    json_decref(list);
    return NULL;
}

/* The value of the member that EVENT is the name of. */
static bool read_member(struct reader *r, const yaml_event_t *event, int depth, json_t *object)
{
    const char *name = (const char *)event->data.scalar.value;
    size_t line = event->start_mark.line;
    yaml_event_t value;
    if (event->type != YAML_SCALAR_EVENT || strlen(name) != event->data.scalar.length)
        return fail(r, line, "the name of a member is no text");
    if (json_object_get(object, name))
        return fail(r, line, arena_printf(r->arena, "'%s' occurs twice", name));
    if (!next(r, &value))
        return false;
    json_t *json = read_value(r, &value, depth);
    yaml_event_delete(&value);
    if (!json)
        return false;
    return json_object_set_new(object, name, json) == 0 ||
           fail(r, line, "the name of a member has a character that is not allowed");
}

static json_t *read_object(struct reader *r, int depth)
{
    json_t *object = json_object();
    yaml_event_t event;
    while (next(r, &event)) {
        bool end = event.type == YAML_MAPPING_END_EVENT;
        bool read = end || read_member(r, &event, depth, object);
        yaml_event_delete(&event);
        if (end)
            return object;
        if (!read)
            break;
    }
    json_decref(object);
    return NULL;
}

/* Aliases could make a small document a large one. */
static const char *refused(const yaml_event_t *event)
{
    bool scalar = event->type == YAML_SCALAR_EVENT, list = event->type == YAML_SEQUENCE_START_EVENT;
    const yaml_char_t *anchor = scalar ? event->data.scalar.anchor
                                : list ? event->data.sequence_start.anchor
                                       : event->data.mapping_start.anchor;
    const yaml_char_t *tag = scalar ? event->data.scalar.tag
                             : list ? event->data.sequence_start.tag
                                    : event->data.mapping_start.tag;
    return anchor ? "anchors are not read" : tag ? "tags are not read" : NULL;
}

static json_t *read_value(struct reader *r, const yaml_event_t *event, int depth)
{
    size_t line = event->start_mark.line;
    if (event->type == YAML_ALIAS_EVENT)
        return fail(r, line, "aliases are not read");
    const char *why = depth == DEPTH_MAX ? "it is nested too deep" : refused(event);
    if (why)
        return fail(r, line, why);
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(r, event);
    case YAML_SEQUENCE_START_EVENT:
        return read_list(r, depth + 1);
    case YAML_MAPPING_START_EVENT:
        return read_object(r, depth + 1);
    default:
        return fail(r, line, "a value is missing");
    }
}

/* The next event, which has to be of that type. */
static bool expect(struct reader *r, yaml_event_type_t type, const char *otherwise)
{
    yaml_event_t event;
    if (!next(r, &event))
        return false;
    bool is = event.type == type;
    if (!is)
        fail(r, event.start_mark.line, otherwise);
    yaml_event_delete(&event);
    return is;
}

static json_t *read_document(struct reader *r)
{
    yaml_event_t event;
    if (!expect(r, YAML_STREAM_START_EVENT, "it cannot be read") ||
        !expect(r, YAML_DOCUMENT_START_EVENT, "there is nothing in it") || !next(r, &event))
        return NULL;
    json_t *json = read_value(r, &event, 0);
    yaml_event_delete(&event);
    bool ends = json && expect(r, YAML_DOCUMENT_END_EVENT, "it cannot be read") &&
                expect(r, YAML_STREAM_END_EVENT, "there is more than one document");
    if (ends)
        return json;
    json_decref(json);
    return NULL;
}

json_t *yaml_read(struct arena *a, struct str text, const char **message)
{
    struct reader r = {.arena = a};
    if (!yaml_parser_initialize(&r.parser)) {
        *message = "out of memory";
        return NULL;
    }
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.p, text.n);
    json_t *json = read_document(&r);
    yaml_parser_delete(&r.parser);
    if (!json)
        *message = r.message;
    return json;
}
