/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON (RFC 8259) as a tape. The tree of policy/json.h has places and unique names everywhere,
 * which take five times the memory; the words of both are read by policy/json_text.h.
 */
#include "policy/json_text.h"
#include "recognize/body_priv.h"

enum { JSON_ESCAPED = 1, JSON_NUMBER };

struct reader {
    struct tape *tape;
    size_t at;
    unsigned depth;
};

static bool read_value(struct reader *r, uint32_t to);

static char next(struct reader *r)
{
    json_skip_blanks(r->tape->text, &r->at);
    return r->at < r->tape->text.n ? r->tape->text.p[r->at] : '\0';
}

static bool take(struct reader *r, char c)
{
    if (next(r) != c)
        return false;
    r->at++;
    return true;
}

static bool read_name(struct reader *r, uint32_t to)
{
    struct tape *t = r->tape;
    struct str name;
    bool escaped;
    json_skip_blanks(t->text, &r->at);
    if (!json_scan_string(t->text, &r->at, &name, &escaped))
        return false;
    if (escaped) {
        tape_rename(t, to, json_unescape(t->arena, name));
    } else {
        t->v[to].name = (uint32_t)(name.p - t->text.p);
        t->v[to].name_n = (uint32_t)name.n;
    }
    return take(r, ':');
}

static bool read_nested(struct reader *r, uint32_t to)
{
    struct tape *t = r->tape;
    bool object = t->text.p[r->at++] == '{';
    char close = object ? '}' : ']';
    t->v[to].kind = object ? ITEM_MAP : ITEM_LIST;
    if (take(r, close))
        return true;
    if (++r->depth > BODY_DEPTH)
        return false;
    do {
        uint32_t kid = tape_add(t);
        if ((object && !read_name(r, kid)) || !read_value(r, kid))
            return false;
    } while (take(r, ','));
    r->depth--;
    t->v[to].end = t->n;
    return take(r, close);
}

static bool read_string(struct reader *r, struct item *item)
{
    struct str text;
    bool escaped;
    if (!json_scan_string(r->tape->text, &r->at, &text, &escaped))
        return false;
    item->text = (uint32_t)(text.p - r->tape->text.p);
    item->text_n = (uint32_t)text.n;
    item->coding = escaped ? JSON_ESCAPED : 0;
    return true;
}

/* Numbers that could be out of range are looked at when they are asked for. */
static bool read_word(struct reader *r, struct item *item, char c)
{
    struct str text = r->tape->text;
    bool number = c != 't' && c != 'f' && c != 'n';
    item->text = (uint32_t)r->at;
    if (number ? !json_scan_number(text, &r->at)
               : !json_scan_word(text, &r->at,
                                 c == 't'   ? "true"
                                 : c == 'f' ? "false"
                                            : "null"))
        return false;
    item->text_n = (uint32_t)r->at - item->text;
    item->kind = c == 'n' ? ITEM_NULL : ITEM_TEXT;
    item->coding = number && item->text_n > 15 ? JSON_NUMBER : 0;
    for (uint32_t i = 0; number && i < item->text_n; i++) {
        if (ascii_lower(text.p[item->text + i]) == 'e')
            item->coding = JSON_NUMBER;
    }
    return true;
}

static bool read_value(struct reader *r, uint32_t to)
{
    char c = next(r);
    struct item *item = &r->tape->v[to];
    if (c == '{' || c == '[')
        return read_nested(r, to);
    item->kind = ITEM_TEXT;
    return c == '"' ? read_string(r, item) : read_word(r, item, c);
}

/* Of what is surely a double; readers make others infinite, zero or an error. */
static bool in_range(struct str number)
{
    enum { LONGEST = 300, LARGEST = 300 };
    int64_t exponent = 0;
    size_t at = 0;
    while (at < number.n && ascii_lower(number.p[at]) != 'e')
        at++;
    struct str rest = {number.p + at, number.n - at};
    while (rest.n && !ascii_is_digit(rest.p[0]))
        rest = (struct str){rest.p + 1, rest.n - 1};
    return number.n <= LONGEST &&
           (rest.n == 0 || (str_to_int64(rest, &exponent) && exponent <= LARGEST));
}

static struct str decode(const struct tape *t, struct str written, uint8_t coding)
{
    if (coding == JSON_ESCAPED)
        return json_unescape(t->arena, written);
    return in_range(written) ? written : (struct str){NULL, 0};
}

enum recognize_why body_read_json(struct tape *t)
{
    struct reader r = {.tape = t};
    t->decode = decode;
    t->reason = "The body is no JSON object in UTF-8, or nests too deeply.";
    if (!str_is_utf8(t->text) || next(&r) != '{' || !read_value(&r, tape_add(t)))
        return RECOGNIZE_MALFORMED;
    json_skip_blanks(t->text, &r.at);
    return r.at == t->text.n ? RECOGNIZED : RECOGNIZE_MALFORMED;
}
