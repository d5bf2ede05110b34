/* SPDX-License-Identifier: Apache-2.0 */
#include "shape/form.h"

#include <stdlib.h>

#include "err.h"

/* A parameter on its way into the tree: its name from the current level downwards. */
struct pair {
    struct str part; /* of this level */
    struct str rest; /* p == NULL: the name ends here */
    struct str value;
};

struct scan {
    const char *in, *end;
    char *out; /* as long as the text and one byte more: nothing decodes to more than it was */
};

static int hex_digit(char c)
{
    if (ascii_is_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte behind a "%" just read; 0, which no text may hold, when there is none. */
static char read_escape(struct scan *s)
{
    if (s->end - s->in < 2)
        return 0;
    int high = hex_digit(s->in[0]);
    int low = hex_digit(s->in[1]);
    s->in += 2;
    return high < 0 || low < 0 ? 0 : (char)(high << 4 | low);
}

/* Means itself everywhere: "%", "&" and "+" are below, bytes beyond ASCII are negative. */
static bool is_plain(char c)
{
    return (signed char)c >= '-' && c != '=';
}

/* Most bytes are plain; the pointers stay in registers while they last. */
static void copy_plain(struct scan *s)
{
    const char *in = s->in;
    char *out = s->out;
    const char *end = s->end;
    while (in < end && is_plain(*in))
        *out++ = *in++;
    s->in = in;
    s->out = out;
}

/* Decodes up to a "&" or STOP or the end, and puts a NUL behind. */
static int read_text(struct scan *s, char stop, struct str *ret)
{
    char *start = s->out;
    unsigned char all = 0;
    for (copy_plain(s); s->in < s->end && *s->in != '&' && *s->in != stop; copy_plain(s)) {
        char c = *s->in++;
        if (c == '+')
            c = ' ';
        else if (c == '%')
            c = read_escape(s);
        if (c == 0)
            return ERR_MALFORMED_REQUEST;
        all |= (unsigned char)c;
        *s->out++ = c;
    }
    struct str text = {start, (size_t)(s->out - start)};
    *s->out++ = '\0';
    if (all >= 0x80 && !str_is_utf8(text))
        return ERR_MALFORMED_REQUEST;
    *ret = text;
    return OK;
}

int form_decode(struct arena *a, struct str text, struct str *ret)
{
    bool plain = true;
    for (size_t i = 0; i < text.n && plain; i++)
        plain = (signed char)text.p[i] > 0 && text.p[i] != '%' && text.p[i] != '+';
    if (plain) {
        *ret = text;
        return OK;
    }
    struct scan scan = {text.p, text.p + text.n, arena_alloc(a, text.n + 1)};
    TRY(read_text(&scan, '&', ret));
    return scan.in == scan.end ? OK : ERR_MALFORMED_REQUEST;
}

static int read_pair(struct scan *s, struct pair *ret)
{
    TRY(read_text(s, '=', &ret->rest));
    ret->value = (struct str){ret->rest.p + ret->rest.n, 0};
    if (s->in < s->end && *s->in == '=') {
        s->in++;
        TRY(read_text(s, '&', &ret->value));
    }
    if (s->in < s->end)
        s->in++;
    return OK;
}

/* Names that end here come before longer ones, and the first in the text before later ones. */
static int pair_order(const struct pair *a, const struct pair *b)
{
    int order = node_order(a->part, b->part);
    if (order)
        return order;
    if (!a->rest.p != !b->rest.p)
        return a->rest.p ? 1 : -1;
    return (a->part.p > b->part.p) - (a->part.p < b->part.p);
}

static int compare_pairs(const void *a, const void *b)
{
    return pair_order(a, b);
}

static void sort_pairs(struct pair *v, size_t n)
{
    enum { FEW = 24 };
    if (n > FEW) {
        qsort(v, n, sizeof *v, compare_pairs);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct pair moving = v[i];
        size_t to = i;
        for (; to && pair_order(&moving, &v[to - 1]) < 0; to--)
            v[to] = v[to - 1];
        v[to] = moving;
    }
}

static int build_level(struct arena *a, struct pair *v, size_t n, int depth, struct node *ret);

/* Makes a node of pairs that agree in this part of the name. */
static int build_node(struct arena *a, struct pair *v, size_t n, int depth, struct node *ret)
{
    size_t ended = 0;
    while (ended < n && !v[ended].rest.p)
        ended++;
    *ret = (struct node){.name = v[0].part, .repeated = ended > 1};
    if (ended)
        ret->value = v[0].value;
    return ended < n ? build_level(a, v + ended, n - ended, depth + 1, ret) : OK;
}

static int build_level(struct arena *a, struct pair *v, size_t n, int depth, struct node *ret)
{
    if (depth > FORM_DEPTH_MAX)
        return ERR_MALFORMED_REQUEST;
    for (size_t i = 0; i < n; i++)
        v[i].part = str_cut(&v[i].rest, '.');
    sort_pairs(v, n);
    size_t kids = 0;
    for (size_t i = 0; i < n; i++)
        kids += i == 0 || !str_eq(v[i].part, v[i - 1].part);
    struct node *kid = arena_alloc(a, kids * sizeof *kid);
    ret->kids = kid;
    ret->n = kids;
    for (size_t from = 0, to = 0; from < n; from = to) {
        while (to < n && str_eq(v[to].part, v[from].part))
            to++;
        TRY(build_node(a, v + from, to - from, depth, kid++));
    }
    return OK;
}

static size_t count_pairs(struct str text)
{
    size_t n = 1;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '&';
    return n;
}

int form_parse(struct arena *a, struct str text, struct node *ret)
{
    if (text.n == 0) {
        *ret = (struct node){.n = 0};
        return OK;
    }
    size_t most = count_pairs(text);
    if (most > FORM_PAIRS_MAX)
        return ERR_MALFORMED_REQUEST;
    struct pair *pairs = arena_alloc(a, most * sizeof *pairs);
    struct scan scan = {text.p, text.p + text.n, arena_alloc(a, text.n + 1)};
    size_t n = 0;
    while (scan.in < scan.end) {
        if (*scan.in == '&') {
            scan.in++;
            continue;
        }
        TRY(read_pair(&scan, &pairs[n++]));
    }
    struct node root = {.n = 0};
    TRY(build_level(a, pairs, n, 1, &root));
    *ret = root;
    return OK;
}
