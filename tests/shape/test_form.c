/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"
#include "support.h"

static int parse(struct fix *f, const char *text, struct node *ret)
{
    return form_parse(&f->arena, str_of(text), ret);
}

static void assert_text(const struct node *tree, const char *name, const char *value)
{
    struct str text = node_text(tree, name);
    ck_assert_ptr_nonnull(text.p);
    ck_assert_str_eq(text.p, value);
    ck_assert_uint_eq(text.n, strlen(value));
}

START_TEST(reads_names_and_values)
{
    struct fix f;
    struct node tree;
    fix_init(&f);
    ck_assert_int_eq(parse(&f, "Action=GetUser&&Path=%2Fa+b%2f&Empty=&Bare&E=a=b&", &tree), OK);
    ck_assert_uint_eq(tree.n, 5);
    assert_text(&tree, "Action", "GetUser");
    assert_text(&tree, "Path", "/a b/");
    assert_text(&tree, "Empty", "");
    assert_text(&tree, "Bare", "");
    assert_text(&tree, "E", "a=b");
    ck_assert_ptr_null(node_text(&tree, "Missing").p);
    ck_assert_int_eq(form_parse(&f.arena, (struct str){NULL, 0}, &tree), OK);
    ck_assert_uint_eq(tree.n, 0);
    ck_assert_int_eq(parse(&f, "&&", &tree), OK);
    ck_assert_uint_eq(tree.n, 0);
    fix_done(&f);
}
END_TEST

START_TEST(builds_a_tree)
{
    struct fix f;
    struct node tree;
    fix_init(&f);
    ck_assert_int_eq(
        parse(&f, "T.m.10.K=ten&T.m.2.V=v&X=1&T.m.2%2eK=two&T-a=x&T=own&T.m.9.K=nine", &tree), OK);
    const struct node *t = node_find(&tree, STR("T"));
    ck_assert_str_eq(t->value.p, "own");
    const struct node *m = node_find(t, STR("m"));
    ck_assert_ptr_null(m->value.p);
    ck_assert_uint_eq(m->n, 3);
    ck_assert(str_is(m->kids[0].name, "2"));
    ck_assert(str_is(m->kids[1].name, "9"));
    ck_assert(str_is(m->kids[2].name, "10"));
    assert_text(&m->kids[0], "K", "two");
    assert_text(&m->kids[0], "V", "v");
    assert_text(&tree, "T-a", "x");
    fix_done(&f);
}
END_TEST

START_TEST(first_of_duplicates_wins)
{
    struct fix f;
    struct node tree;
    fix_init(&f);
    ck_assert_int_eq(parse(&f, "B=1&A.x=1&A=1&B=2&A=2&A.x=2", &tree), OK);
    assert_text(&tree, "A", "1");
    assert_text(&tree, "B", "1");
    assert_text(node_find(&tree, STR("A")), "x", "1");
    struct buf b = {.arena = &f.arena};
    for (int i = 0; i < 100; i++)
        buf_printf(&b, "Z=%d&Y.%d=%d&", i, 99 - i, i);
    ck_assert_int_eq(parse(&f, buf_text(&b), &tree), OK);
    assert_text(&tree, "Z", "0");
    const struct node *y = node_find(&tree, STR("Y"));
    ck_assert_uint_eq(y->n, 100);
    assert_text(y, "0", "99");
    assert_text(y, "99", "0");
    fix_done(&f);
}
END_TEST

START_TEST(odd_names_are_only_names)
{
    struct fix f;
    struct node tree;
    fix_init(&f);
    ck_assert_int_eq(parse(&f, "=x&.=y&a..b=z&a.=w", &tree), OK);
    ck_assert_uint_eq(tree.n, 2);
    assert_text(&tree, "", "x");
    assert_text(node_find(&tree, STR("")), "", "y");
    assert_text(node_find(&tree, STR("a")), "", "w");
    assert_text(node_find(node_find(&tree, STR("a")), STR("")), "b", "z");
    fix_done(&f);
}
END_TEST

START_TEST(refuses_what_makes_no_sense)
{
    static const char *const bodies[] = {
        "A=%",    "A=%4",  "A=%4g",       "A=%zz",    "%=1",    "A=%00",          "A%00=1",
        "A=\xff", "A=%c3", "A=%ed%a0%80", "A=%c0%80", "\xc3=1", "A=%f4%90%80%80",
    };
    struct fix f;
    struct node tree = {.n = 77};
    fix_init(&f);
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
        ck_assert_msg(parse(&f, bodies[i], &tree) == ERR_MALFORMED_REQUEST, "%s", bodies[i]);
    ck_assert_int_eq(form_parse(&f.arena, (struct str){"A=\0b", 4}, &tree), ERR_MALFORMED_REQUEST);
    ck_assert_uint_eq(tree.n, 77);
    ck_assert_int_eq(parse(&f, "A=%c3%a4%F0%9f%98%80", &tree), OK);
    assert_text(&tree, "A", "\xc3\xa4\xf0\x9f\x98\x80");
    fix_done(&f);
}
END_TEST

static const char *repeat(struct fix *f, const char *part, size_t times)
{
    struct buf b = {.arena = &f->arena};
    for (size_t i = 0; i < times; i++)
        buf_add_text(&b, part);
    return buf_text(&b);
}

START_TEST(has_limits)
{
    struct fix f;
    struct node tree;
    fix_init(&f);
    ck_assert_int_eq(parse(&f, repeat(&f, "a=1&", 1000 * 1000), &tree), ERR_MALFORMED_REQUEST);
    ck_assert_int_eq(parse(&f, repeat(&f, "a=1&", FORM_PAIRS_MAX), &tree), ERR_MALFORMED_REQUEST);
    ck_assert_int_eq(parse(&f, repeat(&f, "a=1&", FORM_PAIRS_MAX - 1), &tree), OK);
    ck_assert_uint_eq(tree.n, 1);
    ck_assert_int_eq(parse(&f, repeat(&f, "a.", FORM_DEPTH_MAX - 1), &tree), OK);
    ck_assert_int_eq(parse(&f, repeat(&f, "a.", FORM_DEPTH_MAX), &tree), ERR_MALFORMED_REQUEST);
    ck_assert_int_eq(parse(&f, repeat(&f, "a.", 100 * 1000), &tree), ERR_MALFORMED_REQUEST);
    fix_done(&f);
}
END_TEST

/* Names that share all but their ends, in descending order: the worst for a naive sort. */
static void descending(struct buf *b, int i)
{
    buf_printf(b, "aaaaaaaaaaaaaaaaaaaaaaaa%d=1&", FORM_PAIRS_MAX - i);
}

static void ascending(struct buf *b, int i)
{
    buf_printf(b, "aaaaaaaaaaaaaaaaaaaaaaaa%d=1&", FORM_PAIRS_MAX + i);
}

static void equal(struct buf *b, int i UNUSED)
{
    buf_add_text(b, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa=1&");
}

static void deep(struct buf *b, int i)
{
    buf_printf(b, "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.%d=1&", i * 7919 % FORM_PAIRS_MAX);
}

static void many_levels(struct buf *b, int i)
{
    for (int level = 1; level < FORM_DEPTH_MAX; level++)
        buf_printf(b, "%d.", i >> level);
    buf_printf(b, "%d&", i);
}

static void list(struct buf *b, int i)
{
    buf_printf(b, "Tags.member.%d.Key=k&", FORM_PAIRS_MAX - i);
}

/* A name of 100 KB; there is room for ten. */
static void huge(struct buf *b, int i)
{
    buf_reserve(b, 100 * 1024);
    memset(b->p + b->n, 'a', 100 * 1024 - 1);
    b->n += 100 * 1024 - 1;
    buf_printf(b, "%d&", 9 - i);
}

/* Called instead of node_order in this program. */
int __real_node_order(struct str a, struct str b);
int __wrap_node_order(struct str a, struct str b);

static size_t compared; /* bytes */

int __wrap_node_order(struct str a, struct str b)
{
    compared += 1 + (a.n < b.n ? a.n : b.n);
    return __real_node_order(a, b);
}

/* Sorting takes each byte into a few comparisons, log2(10,000) at most, and once per level. */
START_TEST(work_and_memory_are_bounded)
{
    static const struct {
        void (*add)(struct buf *b, int i);
        int n;
    } shapes[] = {
        {descending, FORM_PAIRS_MAX - 1},
        {ascending, FORM_PAIRS_MAX - 1},
        {equal, FORM_PAIRS_MAX - 1},
        {deep, FORM_PAIRS_MAX - 1},
        {many_levels, FORM_PAIRS_MAX - 1},
        {list, FORM_PAIRS_MAX - 1},
        {huge, 10},
    };
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        struct fix text, f;
        struct node tree;
        fix_init(&text);
        fix_init(&f);
        struct buf b = {.arena = &text.arena};
        for (int k = 0; k < shapes[i].n; k++)
            shapes[i].add(&b, k);
        compared = 0;
        ck_assert_int_eq(form_parse(&f.arena, buf_str(&b), &tree), OK);
        ck_assert_msg(compared < 14 * b.n, "shape %zu: %zu of %zu bytes", i, compared, b.n);
        ck_assert_msg(f.arena.total < 20 * b.n, "shape %zu: %zu of %zu bytes", i, f.arena.total,
                      b.n);
        fix_done(&f);
        fix_done(&text);
    }
}
END_TEST

START_TEST(many_names_are_sorted)
{
    struct fix f;
    struct node tree;
    fix_init(&f);
    struct buf b = {.arena = &f.arena};
    for (int i = 1; i < FORM_PAIRS_MAX; i++)
        descending(&b, i);
    ck_assert_int_eq(parse(&f, buf_text(&b), &tree), OK);
    ck_assert_uint_eq(tree.n, FORM_PAIRS_MAX - 1);
    for (size_t i = 1; i < tree.n; i++)
        ck_assert_int_lt(node_order(tree.kids[i - 1].name, tree.kids[i].name), 0);
    fix_done(&f);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("form");
    tcase_add_test(tcase, reads_names_and_values);
    tcase_add_test(tcase, builds_a_tree);
    tcase_add_test(tcase, first_of_duplicates_wins);
    tcase_add_test(tcase, odd_names_are_only_names);
    tcase_add_test(tcase, refuses_what_makes_no_sense);
    tcase_add_test(tcase, has_limits);
    tcase_add_test(tcase, work_and_memory_are_bounded);
    tcase_add_test(tcase, many_names_are_sorted);
    return fix_run("form", tcase);
}
