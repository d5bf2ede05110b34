/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and answers as records show them. */
#include "base/clock.h"
#include "record/event_priv.h"

static void add_text(struct buf *b, const struct shape_rule *rule, const char *text)
{
    if (!rule || !rule->encoded) {
        buf_json(b, str_of(text));
        return;
    }
    buf_add_char(b, '"');
    buf_pct_encode(b, str_of(text), "");
    buf_add_char(b, '"');
}

static void add_time(struct buf *b, const struct shape_field *field, int64_t at,
                     const struct event_style *style)
{
    char date[CLOCK_TEXT_SIZE];
    clock_us(field->millis ? at / 1000 : at, style->comma, date);
    buf_json(b, str_of(date));
}

static void add_value(struct buf *b, const struct shape_field *field, const unsigned char *from,
                      const struct event_style *style);

static void add_object(struct buf *b, const struct shape *shape, const unsigned char *v,
                       const struct event_style *style)
{
    size_t begin = b->n;
    event_add_members(b, shape, v, style);
    if (str_is((struct str){b->p + begin, b->n - begin}, "null")) {
        b->n = begin;
        buf_add(b, STR("{}"));
    }
}

static void add_list(struct buf *b, const struct shape_field *field, const struct shape_list *list,
                     const struct event_style *style)
{
    const unsigned char *item = list->v;
    buf_add_char(b, '[');
    for (size_t i = 0; i < list->n; i++, item += shape_item_size(field)) {
        if (i)
            buf_add_char(b, ',');
        if (field->item == SHAPE_STRUCT)
            add_object(b, field->shape, item, style);
        else
            add_text(b, field->rule, *(const char *const *)(const void *)item);
    }
    buf_add_char(b, ']');
}

static void add_map(struct buf *b, const struct shape_field *field, const struct shape_list *list,
                    const struct event_style *style)
{
    const struct shape_field *key = &field->shape->fields[0], *value = &field->shape->fields[1];
    const unsigned char *item = list->v;
    buf_add_char(b, '{');
    for (size_t i = 0; i < list->n; i++, item += field->shape->size) {
        if (i)
            buf_add_char(b, ',');
        add_value(b, key, item + key->off, style);
        buf_add_char(b, ':');
        add_value(b, value, item + value->off, style);
    }
    buf_add_char(b, '}');
}

static void add_value(struct buf *b, const struct shape_field *field, const unsigned char *from,
                      const struct event_style *style)
{
    switch (field->kind) {
    case SHAPE_STR:
        add_text(b, field->rule, *(const char *const *)(const void *)from);
        break;
    case SHAPE_TIME:
        add_time(b, field, *(const int64_t *)(const void *)from, style);
        break;
    case SHAPE_INT:
        buf_add_int(b, *(const int64_t *)(const void *)from);
        break;
    case SHAPE_BOOL:
        buf_add_text(b, *(const bool *)from ? "true" : "false");
        break;
    case SHAPE_STRUCT:
        add_object(b, field->shape, *(const void *const *)(const void *)from, style);
        break;
    case SHAPE_LIST:
        (field->map ? add_map : add_list)(b, field, (const void *)from, style);
        break;
    case SHAPE_DOCUMENT:
        buf_add_text(b, *(const char *const *)(const void *)from);
        break;
    case SHAPE_RAW:
        break;
    }
}

/* AWS undocumented: how it tells what was sent from what was not. Here a default counts as not
   sent, but for booleans, which are seen with theirs. */
static bool has_default(const struct shape_field *field, const unsigned char *from)
{
    int64_t number;
    if (!field->dflt || field->kind == SHAPE_BOOL)
        return false;
    if (field->kind == SHAPE_INT)
        return str_to_int64(str_of(field->dflt), &number) &&
               number == *(const int64_t *)(const void *)from;
    return strcmp(field->dflt, *(const char *const *)(const void *)from) == 0;
}

/* Lists without members are as good as absent. */
static bool is_shown(const struct shape_field *field, const unsigned char *v,
                     const struct event_style *style)
{
    if (field->kind == SHAPE_LIST &&
        ((const struct shape_list *)(const void *)(v + field->off))->n == 0)
        return false;
    return field->kind != SHAPE_RAW && field->place != SHAPE_IN_STATUS &&
           shape_is_shown(field, v) && !(style->request && has_default(field, v + field->off));
}

void event_add_members(struct buf *b, const struct shape *shape, const void *v,
                       const struct event_style *style)
{
    const unsigned char *base = v;
    char before = '{';
    for (size_t i = 0; i < shape->n; i++) {
        const struct shape_field *field = &shape->fields[i];
        if (!is_shown(field, base, style))
            continue;
        buf_add_char(b, before);
        before = ',';
        buf_json(b, str_of(field->wire));
        buf_add_char(b, ':');
        if (style->names_root && strcmp(field->wire, "userName") == 0)
            buf_add(b, STR("\"AWS ROOT USER\""));
        else
            add_value(b, field, base + field->off, style);
    }
    if (before == '{')
        buf_add(b, STR("null"));
    else
        buf_add_char(b, '}');
}
