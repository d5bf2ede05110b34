/* SPDX-License-Identifier: Apache-2.0 */
#include "shape/encode.h"

#include <stdlib.h>

#include "base/clock.h"

static void add_value(struct buf *b, const struct shape_rule *rule, const char *value)
{
    if (!rule || !rule->encoded) {
        buf_json(b, str_of(value));
        return;
    }
    buf_add_char(b, '"');
    buf_pct_encode(b, str_of(value), "");
    buf_add_char(b, '"');
}

static void add_time(struct buf *b, const struct shape_field *field, int64_t at)
{
    char date[CLOCK_TEXT_SIZE];
    if (field->iso8601) {
        (field->millis ? clock_iso8601_ms : clock_iso8601)(at, date);
        buf_json(b, str_of(date));
    } else if (field->millis) {
        buf_printf(b, "%s%lld.%03d", at < 0 ? "-" : "", llabs(at / 1000), abs((int)(at % 1000)));
    } else {
        buf_add_int(b, at);
    }
}

static void add_field(struct buf *b, const struct shape_field *field, const unsigned char *from,
                      bool sorted);

static void add_map(struct buf *b, const struct shape_field *field, const struct shape_list *list,
                    bool sorted)
{
    const struct shape_field *key = &field->shape->fields[0], *value = &field->shape->fields[1];
    const unsigned char *item = list->v;
    buf_add_char(b, '{');
    for (size_t i = 0; i < list->n; i++, item += field->shape->size) {
        if (i)
            buf_add_char(b, ',');
        add_field(b, key, item + key->off, sorted);
        buf_add_char(b, ':');
        add_field(b, value, item + value->off, sorted);
    }
    buf_add_char(b, '}');
}

static void add_list(struct buf *b, const struct shape_field *field, const struct shape_list *list,
                     bool sorted)
{
    const unsigned char *item = list->v;
    buf_add_char(b, '[');
    for (size_t i = 0; i < list->n; i++) {
        if (i)
            buf_add_char(b, ',');
        if (field->item == SHAPE_STRUCT) {
            shape_encode_json(b, field->shape, item, sorted);
            item += field->shape->size;
        } else {
            add_value(b, field->rule, *(const char *const *)(const void *)item);
            item += sizeof(const char *);
        }
    }
    buf_add_char(b, ']');
}

static void add_field(struct buf *b, const struct shape_field *field, const unsigned char *from,
                      bool sorted)
{
    switch (field->kind) {
    case SHAPE_STR:
        add_value(b, field->rule, *(const char *const *)(const void *)from);
        break;
    case SHAPE_TIME:
        add_time(b, field, *(const int64_t *)(const void *)from);
        break;
    case SHAPE_INT:
        buf_add_int(b, *(const int64_t *)(const void *)from);
        break;
    case SHAPE_BOOL:
        buf_add_text(b, *(const bool *)from ? "true" : "false");
        break;
    case SHAPE_STRUCT:
        shape_encode_json(b, field->shape, *(const void *const *)(const void *)from, sorted);
        break;
    case SHAPE_LIST:
        (field->map ? add_map : add_list)(b, field, (const void *)from, sorted);
        break;
    case SHAPE_DOCUMENT:
        buf_add_text(b, *(const char *const *)(const void *)from);
        break;
    case SHAPE_RAW:
        break;
    }
}

void shape_encode_json(struct buf *b, const struct shape *shape, const void *v, bool sorted)
{
    const unsigned char *base = v;
    char before = '{';
    for (size_t i = 0; i < shape->n; i++) {
        const struct shape_field *field = &shape->fields[sorted ? shape->sorted[i] : i];
        bool shown = shape_is_shown(field, v);
        if (field->place != SHAPE_IN_BODY || (!shown && !field->nullable))
            continue;
        buf_add_char(b, before);
        before = ',';
        buf_json(b, str_of(field->name));
        buf_add_char(b, ':');
        if (shown)
            add_field(b, field, base + field->off, sorted);
        else
            buf_add(b, STR("null"));
    }
    if (before == '{')
        buf_add_char(b, '{');
    buf_add_char(b, '}');
}
