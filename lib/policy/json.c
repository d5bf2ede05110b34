/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/json.h"

struct reader {
    struct arena *arena;
    struct str text;
    size_t at;
};

static bool read_value(struct reader *r, size_t depth, struct node *ret);

static char peek(const struct reader *r)
{
    return r->at < r->text.n ? r->text.p[r->at] : '\0';
}

static bool take(struct reader *r, char c)
{
    if (peek(r) != c)
        return false;
    r->at++;
    return true;
}

static void skip_blanks(struct reader *r)
{
    json_skip_blanks(r->text, &r->at);
}

static bool read_string(struct reader *r, struct str *ret)
{
    struct str text;
    bool escaped;
    if (!json_scan_string(r->text, &r->at, &text, &escaped))
        return false;
    *ret = escaped ? json_unescape(r->arena, text) : text;
    return true;
}

static bool read_key(struct reader *r, struct node *member)
{
    member->key_at = r->at;
    if (!read_string(r, &member->key))
        return false;
    skip_blanks(r);
    return take(r, ':');
}

/* Members of an array or object up to its closing bracket. */
static bool read_members(struct reader *r, size_t depth, struct node *ret)
{
    bool object = peek(r) == '{';
    char close = object ? '}' : ']';
    const struct node **link = &ret->first;
    ret->kind = object ? NODE_OBJECT : NODE_ARRAY;
    r->at++;
    skip_blanks(r);
    if (take(r, close))
        return true;
    do {
        struct node *member = NEW(r->arena, struct node);
        skip_blanks(r);
        if ((object && !read_key(r, member)) || !read_value(r, depth, member))
            return false;
        *link = member;
        link = &member->next;
        ret->n++;
        skip_blanks(r);
    } while (take(r, ','));
    return take(r, close);
}

/* AWS refuses an object that has a key twice. */
static bool keys_differ(struct reader *r, const struct node *object)
{
    struct named few[NAMED_FEW], *keys = few;
    size_t n = 0;
    if (object->n > NAMED_FEW)
        keys = NEW_ARRAY(r->arena, struct named, object->n);
    for (const struct node *member = object->first; member; member = member->next)
        keys[n++] = (struct named){member->key, member->key_at};
    size_t repeated = named_repeats(keys, n);
    if (repeated == SIZE_MAX)
        return true;
    r->at = repeated;
    return false;
}

static bool read_nested(struct reader *r, size_t depth, struct node *ret)
{
    return depth < NODE_MAX_DEPTH && read_members(r, depth + 1, ret) &&
           (ret->kind == NODE_ARRAY || keys_differ(r, ret));
}

static bool read_scalar(struct reader *r, struct node *ret)
{
    char c = peek(r);
    if (c == '"') {
        ret->kind = NODE_STRING;
        return read_string(r, &ret->text);
    }
    if (c == 't' || c == 'f') {
        ret->kind = NODE_BOOL;
        return json_scan_word(r->text, &r->at, c == 't' ? "true" : "false");
    }
    if (c == 'n')
        return json_scan_word(r->text, &r->at, "null");
    ret->kind = NODE_NUMBER;
    return json_scan_number(r->text, &r->at);
}

static bool read_value(struct reader *r, size_t depth, struct node *ret)
{
    skip_blanks(r);
    ret->start = r->at;
    char c = peek(r);
    bool nests = c == '{' || c == '[';
    if (nests ? !read_nested(r, depth, ret) : !read_scalar(r, ret))
        return false;
    ret->end = r->at;
    if (ret->kind != NODE_STRING)
        ret->text = (struct str){r->text.p + ret->start, ret->end - ret->start};
    return true;
}

bool node_read(struct arena *a, struct str text, const struct node **ret, size_t *ret_bad)
{
    struct reader r = {.arena = a, .text = text};
    struct node *root = NEW(a, struct node);
    if (!str_is_utf8(text)) {
        *ret_bad = 0;
        return false;
    }
    if (read_value(&r, 0, root)) {
        skip_blanks(&r);
        if (r.at == text.n) {
            *ret = root;
            return true;
        }
    }
    *ret_bad = r.at;
    return false;
}

const struct node *node_get(const struct node *object, const char *name)
{
    for (const struct node *member = object->first; member; member = member->next) {
        if (str_is(member->key, name))
            return member;
    }
    return NULL;
}

size_t entries_count(const struct node *element)
{
    if (!element)
        return 0;
    return element->kind == NODE_ARRAY ? element->n : 1;
}

const struct node *entries_first(const struct node *element)
{
    return element && element->kind == NODE_ARRAY ? element->first : element;
}

const struct node *entries_next(const struct node *element, const struct node *entry)
{
    return element->kind == NODE_ARRAY ? entry->next : NULL;
}

bool entry_has_wildcard(struct str text)
{
    return text.n && (memchr(text.p, '*', text.n) || memchr(text.p, '?', text.n));
}

void place_move(struct place *place, struct str text, size_t offset)
{
    size_t end = offset < text.n ? offset : text.n;
    if (end <= place->offset)
        return;
    struct str part = {text.p + place->offset, end - place->offset};
    for (const char *line_end; (line_end = memchr(part.p, '\n', part.n));) {
        part = (struct str){line_end + 1, part.n - (size_t)(line_end + 1 - part.p)};
        place->line++;
        place->column = 1;
    }
    place->column += str_utf8_len(part);
    place->offset = end;
}
