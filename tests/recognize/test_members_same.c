/* SPDX-License-Identifier: Apache-2.0 */
/* The same random members, written in every form, are found alike by the same paths. */
#include "../support/suite.h"
#include "members_samples.h"

enum { KIDS = 3, DEEPEST = 3, LONGEST_LIST = 12, VALUES_MAX = 4096 };

enum kind { TEXT, STRUCT, LIST };

/* What a member is in all elements of a list. */
struct shape {
    enum kind kind;
    const struct shape *kids[KIDS]; /* of a struct: A, B, C; of a list: its elements; NULL: none */
};

/* What a path leads to, as members_found writes it. */
struct found {
    const char *path, *text;
};

/* One place in the members, and everything that is written so far. */
struct writer {
    uint64_t seed;
    const char *path, *at, *prefix, *as_query; /* prefixes: of names in forms */
    struct buf json, cbor, xml, query, others;
    struct found found[VALUES_MAX];
    size_t n;
};

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static unsigned pick(struct writer *w, unsigned n)
{
    w->seed = w->seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(w->seed >> 33) % n;
}

static const struct shape *make_shape(struct writer *w, enum kind kind, int depth)
{
    struct shape *shape = NEW(&a, struct shape);
    shape->kind = kind;
    if (kind == LIST)
        shape->kids[0] = make_shape(w, depth < DEEPEST && pick(w, 2) ? STRUCT : TEXT, depth + 1);
    for (int i = 0; kind == STRUCT && i < KIDS; i++) {
        enum kind kid = depth < DEEPEST ? (enum kind)pick(w, 3) : TEXT;
        shape->kids[i] = make_shape(w, kid, depth + 1);
    }
    return shape;
}

static void note(struct writer *w, const char *text)
{
    ck_assert_uint_lt(w->n, VALUES_MAX);
    w->found[w->n++] = (struct found){w->path, arena_printf(&a, "%s%s", text, w->at)};
}

static void add_json(struct writer *w, struct str c)
{
    if (pick(w, 4) == 0 && c.n == 1)
        buf_add_text(&w->json, arena_printf(&a, "\\u%04x", (unsigned)c.p[0]));
    else if (c.p[0] == '"' || c.p[0] == '\\')
        buf_add_text(&w->json, arena_printf(&a, "\\%c", c.p[0]));
    else if (c.p[0] == '\r' || c.p[0] == '\n')
        buf_add_text(&w->json, c.p[0] == '\r' ? "\\r" : "\\n");
    else
        buf_add(&w->json, c);
}

static void add_xml(struct writer *w, struct str c)
{
    bool must = c.n == 1 && memchr("<&>\r", c.p[0], 4);
    if (c.n == 1 && (must || pick(w, 8) == 0))
        buf_add_text(&w->xml, arena_printf(&a, pick(w, 2) ? "&#%u;" : "&#x%x;", (unsigned)c.p[0]));
    else
        buf_add(&w->xml, c);
}

static void add_form(struct writer *w, struct buf *b, struct str c)
{
    bool plain = c.n == 1 && (ascii_is_alnum(c.p[0]) || memchr("/.*!", c.p[0], 4));
    if (plain && pick(w, 8))
        buf_add(b, c);
    else if (c.p[0] == ' ' && pick(w, 2))
        buf_add_char(b, '+');
    else
        for (size_t i = 0; i < c.n; i++)
            buf_add_text(b, arena_printf(&a, "%%%02x", (unsigned char)c.p[i]));
}

static void add_cbor_head(struct writer *w, unsigned major, unsigned n)
{
    if (n < 24 && pick(w, 4)) {
        buf_add_char(&w->cbor, (char)(major << 5 | n));
        return;
    }
    buf_add_char(&w->cbor, (char)(major << 5 | 25));
    buf_add_char(&w->cbor, (char)(n >> 8));
    buf_add_char(&w->cbor, (char)(n & 0xff));
}

/* As a whole, or in two chunks. */
static void add_cbor_text(struct writer *w, struct str text, size_t cut)
{
    bool chunks = pick(w, 4) == 0;
    if (chunks) {
        buf_add_char(&w->cbor, 0x7f);
        add_cbor_head(w, 3, (unsigned)cut);
        buf_add(&w->cbor, (struct str){text.p, cut});
        text = (struct str){text.p + cut, text.n - cut};
    }
    add_cbor_head(w, 3, (unsigned)text.n);
    buf_add(&w->cbor, text);
    if (chunks)
        buf_add_char(&w->cbor, (char)0xff);
}

static void write_text(struct writer *w)
{
    static const char *const characters[] = {
        "a",
        "Z",
        "0",
        "<",
        "&",
        ">",
        "\"",
        "\\",
        "'",
        " ",
        "+",
        "%",
        ";",
        "=",
        "/",
        "]",
        "]]",
        "\r",
        "\n",
        "\r\n",
        ".",
        "*",
        "!",
        "\xc3\xa9",
        "\xe2\x82\xac",
        "\xf0\x9f\x98\x80",
        "{",
        "$",
    };
    struct buf text = buf_new(&a, 64);
    size_t cut = 0;
    buf_add_char(&w->json, '"');
    buf_add_text(&w->query, arena_printf(&a, "%s=", w->prefix));
    buf_add_text(&w->others, arena_printf(&a, "%s=", w->as_query));
    for (unsigned n = pick(w, 24); n; n--) {
        const char *c = characters[pick(w, ARRAY_LEN(characters))];
        cut = pick(w, 3) ? cut : text.n;
        buf_add_text(&text, c);
        for (size_t step; *c; c += step) {
            step = str_utf8_step(str_of(c));
            add_json(w, (struct str){c, step});
            add_xml(w, (struct str){c, step});
            add_form(w, &w->query, (struct str){c, step});
            add_form(w, &w->others, (struct str){c, step});
        }
    }
    buf_add_char(&w->json, '"');
    buf_add_char(&w->query, '&');
    buf_add_char(&w->others, '&');
    add_cbor_text(w, buf_str(&text), cut);
    note(w, buf_text(&text));
}

static void write_value(struct writer *w, const struct shape *shape, const char *name);

static void write_kid(struct writer *w, const struct shape *shape, int kid)
{
    const char *const names[] = {"A", "B", "C"};
    const char *path = w->path, *prefix = w->prefix, *as_query = w->as_query;
    const char *dot = *path ? "." : "";
    w->path = arena_printf(&a, "%s%s%s", path, dot, names[kid]);
    w->prefix = arena_printf(&a, "%s%s%s", prefix, dot, names[kid]);
    w->as_query = arena_printf(&a, "%s%s%s", as_query, dot, names[kid]);
    buf_add_text(&w->json, arena_printf(&a, " \"%s\" : ", names[kid]));
    add_cbor_text(w, str_of(names[kid]), 0);
    write_value(w, shape->kids[kid], names[kid]);
    w->path = path;
    w->prefix = prefix;
    w->as_query = as_query;
}

/* At least one member: forms cannot tell an empty struct from none. */
static void write_struct(struct writer *w, const struct shape *shape)
{
    unsigned present = 1 + pick(w, 7), n = 0;
    bool endless = pick(w, 2);
    if (*w->path)
        note(w, "{}");
    if (endless)
        buf_add_char(&w->cbor, (char)0xbf);
    else
        add_cbor_head(w, 5, (unsigned)__builtin_popcount(present));
    buf_add_char(&w->json, '{');
    for (int i = 0; i < KIDS; i++) {
        if (!(present >> i & 1))
            continue;
        buf_add_text(&w->json, n++ ? "," : "");
        write_kid(w, shape, i);
    }
    buf_add_char(&w->json, '}');
    if (endless)
        buf_add_char(&w->cbor, (char)0xff);
}

static void write_list(struct writer *w, const struct shape *shape, const char *name)
{
    const char *path = w->path, *at = w->at, *prefix = w->prefix, *as_query = w->as_query;
    unsigned n = 1 + pick(w, *at ? 3 : LONGEST_LIST);
    w->path = arena_printf(&a, "%s.#", path);
    add_cbor_head(w, 4, n);
    buf_add_char(&w->json, '[');
    for (unsigned i = 0; i < n; i++) {
        w->at = arena_printf(&a, "%s%c%u", at, *at ? '.' : '@', i);
        w->prefix = arena_printf(&a, "%s.%u", prefix, i + 1);
        w->as_query = arena_printf(&a, "%s.member.%u", as_query, i + 1);
        buf_add_text(&w->json, i ? ", " : "");
        write_value(w, shape->kids[0], name);
    }
    buf_add_char(&w->json, ']');
    w->path = path;
    w->at = at;
    w->prefix = prefix;
    w->as_query = as_query;
}

static void write_value(struct writer *w, const struct shape *shape, const char *name)
{
    if (shape->kind == LIST) {
        write_list(w, shape, name);
        return;
    }
    buf_add_text(&w->xml, arena_printf(&a, "<%s>", name));
    if (shape->kind == TEXT)
        write_text(w);
    else
        write_struct(w, shape);
    buf_add_text(&w->xml, arena_printf(&a, "</%s>", name));
}

/* All values that PATH leads to. */
static const char *expected_of(const struct writer *w, const char *path)
{
    struct buf b = buf_new(&a, 256);
    for (size_t i = 0; i < w->n; i++) {
        if (strcmp(w->found[i].path, path) != 0)
            continue;
        buf_add_text(&b, b.n ? " " : "");
        buf_add_text(&b, w->found[i].text);
    }
    return buf_text(&b);
}

static void check_form(const struct writer *w, struct members *members, struct str body)
{
    for (size_t i = 0; i < w->n; i++) {
        const char *path = w->found[i].path;
        struct sample s = {str_dup(&a, body), path, expected_of(w, path)};
        members_check(&a, members, &s);
    }
}

static struct writer *write_all(uint64_t seed)
{
    struct writer *w = NEW(&a, struct writer);
    w->seed = seed;
    w->path = w->at = w->prefix = w->as_query = "";
    w->json = buf_new(&a, 1024);
    w->cbor = buf_new(&a, 1024);
    w->xml = buf_new(&a, 1024);
    w->query = buf_new(&a, 1024);
    w->others = buf_new(&a, 1024);
    pick(w, 2);
    write_value(w, make_shape(w, STRUCT, 0), "T");
    return w;
}

START_TEST(forms_agree)
{
    struct writer *w = write_all((uint64_t)_i);
    struct str json = buf_str(&w->json), xml = buf_str(&w->xml), cbor = buf_str(&w->cbor);
    struct str query = buf_str(&w->query), others = buf_str(&w->others);
    check_form(w, members_of(&a, RECOGNIZE_JSON, false, json, NULL), json);
    check_form(w, members_of(&a, RECOGNIZE_CBOR, false, cbor, NULL), json);
    check_form(w, members_of(&a, RECOGNIZE_REST_XML, false, xml, NULL), xml);
    check_form(w, members_of(&a, RECOGNIZE_EC2, false, query, NULL), query);
    check_form(w, members_of(&a, RECOGNIZE_JSON, true, others, NULL), others);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("members");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, forms_agree, 0, 500);
    return suite_run("recognize members in all forms", tcase);
}
