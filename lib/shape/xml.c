/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "shape/encode.h"

/* Bytes that are copied one by one: ASCII but for the special ones and controls. */
static bool is_plain(unsigned char c)
{
    if (c > '>')
        return c < 0x80;
    return c >= 0x20 ? c != '&' && c != '<' && c != '>' : c == '\t' || c == '\n';
}

/* U+FFFD for what is no character of XML 1.0, section 2.2, or not well-formed. */
static size_t add_character(struct buf *b, struct str text)
{
    size_t n = str_utf8_step(text);
    bool good =
        n > 1 && !str_starts(text, STR("\xef\xbf\xbe")) && !str_starts(text, STR("\xef\xbf\xbf"));
    buf_add(b, good ? (struct str){text.p, n} : STR("\xef\xbf\xbd"));
    return n ? n : 1;
}

/* Writes what stands for the character at the start of TEXT; returns how many bytes it had. */
static size_t add_special(struct buf *b, struct str text)
{
    switch (text.p[0]) {
    case '&':
        buf_add(b, STR("&amp;"));
        return 1;
    case '<':
        buf_add(b, STR("&lt;"));
        return 1;
    case '>':
        buf_add(b, STR("&gt;"));
        return 1;
    case '\r': /* readers turn a bare one into a newline */
        buf_add(b, STR("&#xD;"));
        return 1;
    default:
        return add_character(b, text);
    }
}

static uint64_t special_marks(uint64_t word)
{
    return word_less(word, 0x20) | word_equal(word, '&') |
           word_equal(word | word_of('>' ^ '<'), '>') | (word & word_of(0x80));
}

static size_t plain_length(struct str text)
{
    size_t n = 0;
    do {
        uint64_t marks = 0;
        for (; !marks && text.n - n >= WORD_SIZE; n += marks ? word_first(marks) : WORD_SIZE)
            marks = special_marks(word_at(text.p + n));
    } while (n < text.n && is_plain((unsigned char)text.p[n]) && ++n);
    return n;
}

void xml_text(struct buf *b, struct str text)
{
    while (text.n) {
        size_t plain = plain_length(text);
        buf_add(b, (struct str){text.p, plain});
        text = (struct str){text.p + plain, text.n - plain};
        size_t done = text.n ? add_special(b, text) : 0;
        text = (struct str){text.p + done, text.n - done};
    }
}

static struct str name_of(const struct shape_field *field)
{
    return (struct str){field->name, field->name_size};
}

static void indent(struct buf *b, int depth)
{
    size_t n = (size_t)depth * 2;
    if (n == 0) /* and perhaps nowhere to write to */
        return;
    buf_reserve(b, n);
    memset(b->p + b->n, ' ', n);
    b->n += n;
}

static void open_tag(struct buf *b, struct str name)
{
    buf_add_char(b, '<');
    buf_add(b, name);
    buf_add_char(b, '>');
}

static void close_tag(struct buf *b, struct str name)
{
    buf_add(b, STR("</"));
    buf_add(b, name);
    buf_add(b, STR(">\n"));
}

static void empty_tag(struct buf *b, struct str name)
{
    buf_add_char(b, '<');
    buf_add(b, name);
    buf_add(b, STR("/>\n"));
}

/* AWS undocumented: that an empty text is self-closed, as lists and structs are known to be. */
static void add_text(struct buf *b, struct str name, const struct shape_rule *rule,
                     const char *value)
{
    if (!*value) {
        empty_tag(b, name);
        return;
    }
    open_tag(b, name);
    if (rule && rule->encoded)
        buf_pct_encode(b, str_of(value), "");
    else
        xml_text(b, str_of(value));
    close_tag(b, name);
}

/* An element that holds a struct; one without members is written self-closed, as AWS does. */
static void add_struct(struct buf *b, struct str name, const struct shape *shape, const void *v,
                       int depth)
{
    indent(b, depth);
    size_t start = b->n;
    open_tag(b, name);
    buf_add_char(b, '\n');
    size_t inside = b->n;
    shape_encode_xml(b, shape, v, depth + 1);
    if (b->n == inside) {
        b->n = start;
        empty_tag(b, name);
        return;
    }
    indent(b, depth);
    close_tag(b, name);
}

static void add_list(struct buf *b, const struct shape_field *field, const struct shape_list *list,
                     int depth)
{
    struct str name = name_of(field), member = field->map ? STR("entry") : STR("member");
    indent(b, depth);
    if (list->n == 0) {
        empty_tag(b, name);
        return;
    }
    open_tag(b, name);
    buf_add_char(b, '\n');
    const unsigned char *item = list->v;
    for (size_t i = 0; i < list->n; i++) {
        if (field->item == SHAPE_STRUCT) {
            add_struct(b, member, field->shape, item, depth + 1);
            item += field->shape->size;
            continue;
        }
        indent(b, depth + 1);
        add_text(b, member, field->rule, *(const char *const *)(const void *)item);
        item += sizeof(const char *);
    }
    indent(b, depth);
    close_tag(b, name);
}

static void add_scalar(struct buf *b, const struct shape_field *field, const unsigned char *from,
                       int depth)
{
    struct str name = name_of(field);
    char date[CLOCK_TEXT_SIZE];
    indent(b, depth);
    if (field->kind == SHAPE_STR) {
        add_text(b, name, field->rule, *(const char *const *)(const void *)from);
        return;
    }
    open_tag(b, name);
    switch (field->kind) {
    case SHAPE_INT:
        buf_add_int(b, *(const int64_t *)(const void *)from);
        break;
    case SHAPE_BOOL:
        buf_add_text(b, *(const bool *)from ? "true" : "false");
        break;
    case SHAPE_TIME:
        (field->millis ? clock_iso8601_ms : clock_iso8601)(*(const int64_t *)(const void *)from,
                                                           date);
        buf_add_text(b, date);
        break;
    case SHAPE_STR:
    case SHAPE_STRUCT:
    case SHAPE_LIST:
    case SHAPE_DOCUMENT:
    case SHAPE_RAW:
        break;
    }
    close_tag(b, name);
}

void shape_encode_xml(struct buf *b, const struct shape *shape, const void *v, int depth)
{
    const unsigned char *base = v;
    for (size_t i = 0; i < shape->n; i++) {
        const struct shape_field *field = &shape->fields[shape->hashed[i]];
        const unsigned char *from = base + field->off;
        if (!shape_is_shown(field, v))
            continue;
        if (field->kind == SHAPE_LIST)
            add_list(b, field, (const void *)from, depth);
        else if (field->kind == SHAPE_STRUCT)
            add_struct(b, name_of(field), field->shape, *(const void *const *)(const void *)from,
                       depth);
        else
            add_scalar(b, field, from, depth);
    }
}
