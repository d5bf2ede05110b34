/* SPDX-License-Identifier: Apache-2.0 */
/* Statements and policies as JSON. */
#include "observe/smallest_priv.h"

/* One character of ASCII, or half of one beyond the first 65536. */
static void add_unit(struct buf *b, uint32_t unit)
{
    if (unit >= 0x80 || unit < ' ')
        buf_printf(b, "\\u%04x", unit);
    else if (unit == '"' || unit == '\\')
        buf_printf(b, "\\%c", (char)unit);
    else
        buf_add_char(b, (char)unit);
}

/* Of characters above U+00FF AWS takes nothing but their escapes (PutUserPolicy, PolicyDocument).
 */
void write_text(struct buf *b, struct str text)
{
    buf_add_char(b, '"');
    while (text.n) {
        uint32_t c = str_utf8_next(&text);
        if (c < 0x10000) {
            add_unit(b, c);
        } else {
            add_unit(b, 0xd800 + ((c - 0x10000) >> 10));
            add_unit(b, 0xdc00 + ((c - 0x10000) & 0x3ff));
        }
    }
    buf_add_char(b, '"');
}

/* Nothing but one character between two slashes or colons, or an end. */
static bool is_alone(struct str text, size_t at)
{
    bool begins = at == 0 || text.p[at - 1] == '/' || text.p[at - 1] == ':';
    return begins && (at + 1 == text.n || text.p[at + 1] == '/' || text.p[at + 1] == ':');
}

/* IAM User Guide, "IAM policy elements: Variables and tags", "Special characters". */
bool write_pattern(struct arena *a, struct str text, bool unnamed, struct str *ret)
{
    if (!str_is_utf8(text))
        return false;
    struct buf b = buf_new(a, text.n + 16);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool variable = c == '$' && i + 1 < text.n && text.p[i + 1] == '{';
        bool name = unnamed && c == '*' && is_alone(text, i);
        if (!name && (c == '*' || c == '?' || variable))
            buf_printf(&b, "${%c}", c);
        else
            buf_add_char(&b, c);
    }
    *ret = buf_str(&b);
    return true;
}

/* One text, or a list of several. */
static void add_list(struct buf *b, const char *name, const struct str *texts, const uint32_t *v,
                     size_t n)
{
    buf_printf(b, ",\"%s\":%s", name, n > 1 ? "[" : "");
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_add_char(b, ',');
        write_text(b, texts[v[i]]);
    }
    if (n > 1)
        buf_add_char(b, ']');
}

void write_statement(struct smallest *s, struct draft *draft)
{
    const struct need_table *t = &s->table;
    struct buf b = buf_new(s->arena, 256);
    buf_add_char(&b, '{');
    buf_json_text(&b, "Sid", draft->sid);
    buf_add(&b, STR(",\"Effect\":\"Allow\""));
    add_list(&b, "Action", t->actions, draft->rows, draft->n_rows);
    add_list(&b, "Resource", t->patterns, draft->cols, draft->n_cols);
    buf_add_text(&b, draft->conditions);
    buf_add_char(&b, '}');
    draft->text = buf_text(&b);
    draft->size = policy_size(str_of(draft->text));
}

const char *write_policy(struct smallest *s, struct arena *a, size_t policy, size_t without)
{
    struct buf b = buf_new(a, 1024);
    size_t n = 0;
    buf_add(&b, STR("{\"Version\":\"2012-10-17\",\"Statement\":["));
    for (size_t i = 0; i < s->n_drafts; i++) {
        if (i == without || s->drafts[i].policy != policy)
            continue;
        if (n++)
            buf_add_char(&b, ',');
        buf_add_text(&b, s->drafts[i].text);
    }
    buf_add(&b, STR("]}"));
    return n ? buf_text(&b) : NULL;
}
