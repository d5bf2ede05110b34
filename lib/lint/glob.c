/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "lint/lint_priv.h"

enum { MOST_COVERERS = 64, LONGEST_COVERER = 256, LONGEST_PATTERN = 1024 };

static bool same(char a, char b, bool fold)
{
    return fold ? ascii_lower(a) == ascii_lower(b) : a == b;
}

/* The wildcards of TEXT are characters that only a wildcard stands for, and `*` only another. */
static bool takes(char c, char text, bool fold)
{
    if (c == '?')
        return text != '*';
    return c != '*' && same(c, text, fold);
}

/* Backtracks to the last `*` only. */
bool glob_covers(struct str coverer, struct str text, bool fold, struct policy_work *work)
{
    size_t p = 0, t = 0, star = SIZE_MAX, resume = 0;
    while (t < text.n) {
        if (!work_spend(work, 1))
            return false;
        if (p < coverer.n && coverer.p[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < coverer.n && takes(coverer.p[p], text.p[t], fold)) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < coverer.n && coverer.p[p] == '*')
        p++;
    return p == coverer.n;
}

/* PATTERN with `*` for each variable; what a variable holds is not known. */
static struct str without_variables(struct arena *a, struct str pattern)
{
    struct buf b = buf_new(a, pattern.n + 1);
    for (size_t i = 0; i < pattern.n; i++) {
        struct str rest = {pattern.p + i, pattern.n - i};
        const char *end = str_starts(rest, STR("${")) ? memchr(rest.p, '}', rest.n) : NULL;
        buf_add_char(&b, end ? '*' : pattern.p[i]);
        if (end)
            i = (size_t)(end - pattern.p);
    }
    return buf_str(&b);
}

/*
 * One step of the search over pairs of positions: row I of the format from the row before it.
 * reach[j]: the format's first I pieces and the pattern's first J can be the same text.
 */
static void next_row(char c, struct str pattern, const bool *before, bool *row)
{
    bool run = c == '*' || c == '%';
    row[0] = run && before[0];
    for (size_t j = 1; j <= pattern.n; j++) {
        char d = pattern.p[j - 1];
        bool star = d == '*';
        bool reach = star && (row[j - 1] || before[j] || before[j - 1]);
        if (run)
            reach = reach || before[j] || (row[j - 1] && (c == '*' || d != '/'));
        else
            reach = reach || (before[j - 1] && (d == '?' || d == c));
        row[j] = reach;
    }
}

static bool beginnings_differ(struct str format, struct str pattern)
{
    for (size_t i = 0; i < format.n && i < pattern.n; i++) {
        if (strchr("*%", format.p[i]) || strchr("*?", pattern.p[i]))
            return false;
        if (format.p[i] != pattern.p[i])
            return true;
    }
    return false;
}

bool glob_meets(struct arena *a, struct str format, struct str pattern)
{
    pattern = without_variables(a, pattern);
    if (pattern.n > LONGEST_PATTERN)
        return true;
    if (beginnings_differ(format, pattern))
        return false;
    bool rows[2][LONGEST_PATTERN + 1] = {{true}};
    for (size_t j = 1; j <= pattern.n; j++)
        rows[0][j] = rows[0][j - 1] && pattern.p[j - 1] == '*';
    for (size_t i = 0; i < format.n; i++)
        next_row(format.p[i], pattern, rows[i % 2], rows[(i + 1) % 2]);
    return rows[format.n % 2][pattern.n];
}

bool entry_is_star(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '*')
            return false;
    }
    return text.n > 0;
}

bool element_has_star(const struct node *element)
{
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e)) {
        if (entry_is_star(e->text))
            return true;
    }
    return false;
}

static bool fields_cover(struct str coverer, struct str text, struct policy_work *work)
{
    for (int i = 0; i < 5; i++) {
        struct str one = str_cut(&coverer, ':'), other = str_cut(&text, ':');
        if (!coverer.p || !text.p || !glob_covers(one, other, i > 0, work))
            return false;
    }
    return glob_covers(coverer, text, false, work);
}

/* Where the resource begins: behind the fifth colon; the length, when there are fewer. */
static size_t resource_start(struct str entry)
{
    struct str rest = entry;
    for (int i = 0; i < 5 && rest.p; i++)
        str_cut(&rest, ':');
    return rest.p ? (size_t)(rest.p - entry.p) : entry.n;
}

/*
 * Only a `*` at the end of a field reaches over colons. With no other wildcard in front of the
 * resource, the fields need not be looked at.
 */
static bool runs_on(struct str entry)
{
    size_t start = resource_start(entry);
    for (size_t i = 0; i < start; i++) {
        bool last = i + 1 == entry.n || entry.p[i + 1] == ':';
        if (entry.p[i] == '?' || (entry.p[i] == '*' && !last))
            return false;
    }
    return true;
}

bool action_covers(struct str coverer, struct str text, struct policy_work *work)
{
    return entry_is_star(coverer) || glob_covers(coverer, text, true, work);
}

bool resource_covers(struct str coverer, struct str text, struct policy_work *work)
{
    if (entry_is_star(coverer) || str_eq(coverer, text))
        return true;
    if (memmem(coverer.p, coverer.n, "${", 2) || memmem(text.p, text.n, "${", 2))
        return false;
    return fields_cover(coverer, text, work) ||
           (runs_on(coverer) && glob_covers(coverer, text, false, work));
}

/* The entries that can cover others. More would make a hostile list a square of its length. */
static size_t coverers_of(const struct node *element, const struct node *ret[static MOST_COVERERS])
{
    size_t n = 0;
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e)) {
        if (n < MOST_COVERERS && e->text.n <= LONGEST_COVERER && entry_has_wildcard(e->text))
            ret[n++] = e;
    }
    return n;
}

/* Of two that cover each other, the later is covered. */
static bool is_covered(const struct node *e, const struct node *const *coverers, size_t n,
                       covers_fn *covers, struct policy_work *work)
{
    for (size_t i = 0; i < n; i++) {
        const struct node *other = coverers[i];
        if (other != e && covers(other->text, e->text, work) &&
            (other->start < e->start || !covers(e->text, other->text, work)))
            return true;
    }
    return false;
}

static int by_text(const void *one, const void *other)
{
    const struct node *a = *(const struct node *const *)one;
    const struct node *b = *(const struct node *const *)other;
    size_t n = a->text.n < b->text.n ? a->text.n : b->text.n;
    int order = n ? memcmp(a->text.p, b->text.p, n) : 0;
    if (order == 0)
        order = (a->text.n > b->text.n) - (a->text.n < b->text.n);
    return order ? order : (a->start > b->start) - (a->start < b->start);
}

const struct node **redundant_entries(struct lint *l, const struct node *element, covers_fn *covers,
                                      size_t *ret_n)
{
    size_t n = 0, kept = 0, count = entries_count(element);
    const struct node **v = NEW_ARRAY(l->arena, const struct node *, count + 1);
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e))
        v[n++] = e;
    qsort(v, n, sizeof(const struct node *), by_text);
    const struct node *coverers[MOST_COVERERS];
    size_t n_coverers = coverers_of(element, coverers);
    struct str last = {NULL, 0};
    for (size_t i = 0; i < n; i++) {
        bool again = i > 0 && str_eq(last, v[i]->text);
        last = v[i]->text;
        if (again || is_covered(v[i], coverers, n_coverers, covers, &l->work))
            v[kept++] = v[i];
    }
    *ret_n = kept;
    return v;
}
