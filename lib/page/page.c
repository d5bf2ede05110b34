/* SPDX-License-Identifier: Apache-2.0 */
#include "page/page.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD, for what is no text */

/* What we have gone into: the data, and items of lists and objects of it. */
struct level {
    const json_t *item;
    const json_t *list; /* that the item is of; NULL: none */
    size_t next;
};

struct render {
    struct buf *b;
    const struct page *page;
    struct level levels[PAGE_DEPTH_MAX];
    size_t depth;
};

/* The value of a path: its first name is looked up in the innermost item that has it. */
static const json_t *look_up(const struct render *r, const struct page_op *op)
{
    const char *const *name = &r->page->paths[op->path];
    const json_t *value = NULL;
    if (!**name)
        value = r->levels[r->depth].item;
    for (size_t i = r->depth + 1; i-- > 0 && !value;)
        value = json_object_get(r->levels[i].item, *name);
    for (name++; *name && value; name++)
        value = json_object_get(value, *name);
    return value;
}

static bool is_true(const json_t *value)
{
    switch (value ? json_typeof(value) : JSON_NULL) {
    case JSON_OBJECT:
        return json_object_size(value) > 0;
    case JSON_ARRAY:
        return json_array_size(value) > 0;
    case JSON_STRING:
        return json_string_length(value) > 0;
    case JSON_INTEGER:
        return json_integer_value(value) != 0;
    case JSON_REAL:
        return json_real_value(value) != 0;
    case JSON_TRUE:
        return true;
    case JSON_FALSE:
    case JSON_NULL:
        break;
    }
    return false;
}

/* What a value prints; lists and objects print nothing. NUMBER is room for one. */
static struct str text_of(const json_t *value, struct buf *number)
{
    switch (value ? json_typeof(value) : JSON_NULL) {
    case JSON_STRING:
        return (struct str){json_string_value(value), json_string_length(value)};
    case JSON_INTEGER:
        buf_add_int(number, json_integer_value(value));
        return buf_str(number);
    case JSON_REAL:
        buf_printf(number, "%.12g", json_real_value(value));
        return buf_str(number);
    case JSON_TRUE:
        return STR("true");
    case JSON_FALSE:
        return STR("false");
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_NULL:
        break;
    }
    return STR("");
}

/* What stands for an ASCII character in text and between quotes; NULL: itself. A carriage return
   would be read as a line feed, and control characters are none of HTML's. */
static const char *instead_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\r':
        return "&#13;";
    case '\t':
    case '\n':
        return NULL;
    default:
        return (unsigned char)c < 0x20 || c == 0x7f ? REPLACEMENT : NULL;
    }
}

static void add_text(struct buf *b, struct str s)
{
    size_t plain = 0; /* from here on nothing was added */
    for (size_t i = 0, step; i < s.n; i += step) {
        bool ascii = (signed char)s.p[i] > 0; /* and no NUL */
        size_t well = ascii ? 1 : str_utf8_step((struct str){s.p + i, s.n - i});
        const char *instead = well > 1 ? NULL : well ? instead_of(s.p[i]) : REPLACEMENT;
        step = well ? well : 1;
        if (!instead)
            continue;
        buf_add(b, (struct str){s.p + plain, i - plain});
        buf_add_text(b, instead);
        plain = i + step;
    }
    buf_add(b, (struct str){s.p + plain, s.n - plain});
}

/* Browsers take parts that are dots for directions, encoded ones, too. Encoded twice they name
   something that does not exist, and no other page. */
static void add_part(struct buf *b, struct str s)
{
    if (str_is(s, "."))
        buf_add_text(b, "%252E");
    else if (str_is(s, ".."))
        buf_add_text(b, "%252E%252E");
    else
        buf_pct_encode(b, s, "");
}

/* The characters of URLs stay as they are, escapes and delimiters among them; quotes, blanks,
   backslashes and what else is not to be in one is encoded. An ampersand could begin an entity. */
static void add_url(struct buf *b, struct str s)
{
    while (s.p) {
        bool more = memchr(s.p, '&', s.n) != NULL;
        buf_pct_encode(b, str_cut(&s, '&'), "%/?#:@!$()*+,;=[]");
        buf_add_text(b, more ? "&amp;" : "");
    }
}

/* A path of this server, and not the name of another one. */
static bool is_path(struct str s)
{
    return s.n && s.p[0] == '/' && (s.n == 1 || (s.p[1] != '/' && s.p[1] != '\\'));
}

/* A path that others can follow: with a / at its end it could become the name of a server. */
static bool is_base(struct str s)
{
    return is_path(s) && s.p[s.n - 1] != '/';
}

static bool is_web(struct str s)
{
    struct str http = STR("http://"), https = STR("https://");
    return (s.n > http.n && str_same_fold(s.p, http.p, http.n)) ||
           (s.n > https.n && str_same_fold(s.p, https.p, https.n));
}

static void add_value(struct buf *b, enum page_op_kind kind, const json_t *value)
{
    char room[32];
    struct buf number = {.arena = b->arena, .p = room, .cap = sizeof room};
    struct str s = text_of(value, &number);
    if (kind == PAGE_TEXT)
        add_text(b, s);
    else if (kind == PAGE_PART)
        add_part(b, s);
    else if (kind == PAGE_BASE)
        buf_pct_encode(b, is_base(s) ? s : STR(""), "/");
    else if (kind == PAGE_LINK ? is_path(s) : is_web(s))
        add_url(b, s);
    else
        buf_add_char(b, '#');
}

/* The op to go on with. */
static size_t enter(struct render *r, size_t at, const json_t *item, const json_t *list)
{
    if (!item)
        return r->page->ops[at].to;
    ENSURE(r->depth + 1 < PAGE_DEPTH_MAX);
    r->levels[++r->depth] = (struct level){.item = item, .list = list, .next = 1};
    return at + 1;
}

static size_t next_item(struct render *r, size_t at)
{
    struct level *level = &r->levels[r->depth];
    level->item = json_array_get(level->list, level->next++);
    if (level->item)
        return r->page->ops[at].to;
    r->depth--;
    return at + 1;
}

/* Ifs and lists. */
static size_t go(struct render *r, size_t at)
{
    const struct page_op *op = &r->page->ops[at];
    const json_t *value = op->kind < PAGE_NEXT ? look_up(r, op) : NULL;
    switch (op->kind) {
    case PAGE_IF:
        return is_true(value) ? at + 1 : op->to;
    case PAGE_IS:
        return json_is_string(value) &&
                       str_eq((struct str){json_string_value(value), json_string_length(value)},
                              (struct str){r->page->text + op->at, op->n})
                   ? at + 1
                   : op->to;
    case PAGE_EACH:
        return enter(r, at, json_array_get(value, 0), value);
    case PAGE_WITH:
        return enter(r, at, json_is_object(value) && is_true(value) ? value : NULL, NULL);
    case PAGE_NEXT:
        return next_item(r, at);
    case PAGE_LEAVE:
        r->depth--;
        return at + 1;
    default:
        return op->to;
    }
}

void page_render(struct buf *b, const struct page *page, const json_t *data)
{
    struct render r = {.b = b, .page = page, .levels = {{.item = data}}};
    buf_reserve(b, page->size);
    for (size_t at = 0; page->ops[at].kind != PAGE_END;) {
        const struct page_op *op = &page->ops[at];
        if (op->kind == PAGE_LITERAL)
            buf_add(b, (struct str){page->text + op->at, op->n});
        else if (op->kind < PAGE_IF)
            add_value(b, op->kind, look_up(&r, op));
        at = op->kind < PAGE_IF ? at + 1 : go(&r, at);
    }
}
