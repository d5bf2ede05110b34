/* SPDX-License-Identifier: Apache-2.0 */
#include "call/page.h"
#include "support/suite.h"

static const struct api_service plain = {.invalid = ERR_VALIDATION_ERROR};
static const struct api_op list_users = {.name = "ListUsers", .service = &plain};
static const struct api_op list_groups = {.name = "ListGroups", .service = &plain};

static struct arena a;
static struct call c;

static void setup(void)
{
    arena_init(&a);
    c = (struct call){.arena = &a, .op = &list_users};
}

static void teardown(void)
{
    arena_done(&a);
}

static void refuse(const char *marker)
{
    const char *after = NULL;
    c.message = NULL;
    ck_assert_msg(page_after(&c, marker, &after) == ERR_VALIDATION_ERROR, "%s", marker);
    ck_assert_str_eq(c.message, "Invalid Marker.");
}

START_TEST(test_first_page)
{
    const char *after = NULL;
    ck_assert_int_eq(page_after(&c, NULL, &after), OK);
    ck_assert_str_eq(after, "");
}
END_TEST

START_TEST(test_markers_come_back)
{
    static const char *const positions[] = {
        "a", "alice", "bob+x@example.com", "1700000000/AKIA", "é€😀", "\x01\xff"};
    for (size_t i = 0; i < ARRAY_LEN(positions); i++) {
        const char *marker = page_marker(&c, positions[i]), *after = NULL;
        ck_assert_uint_eq(strspn(marker, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789+/="),
                          strlen(marker));
        ck_assert_int_eq(marker[0], 'A');
        ck_assert_int_eq(page_after(&c, marker, &after), OK);
        ck_assert_str_eq(after, positions[i]);
    }
}
END_TEST

/* Base64 of 65 bytes, or of 89: what AWS's are, whatever the position. */
START_TEST(test_markers_are_as_long_as_aws_s)
{
    static const struct {
        size_t position, marker;
    } cases[] = {{1, 65}, {60, 65}, {61, 65}, {62, 89}, {85, 89}, {86, 90}};
    char position[128];
    memset(position, 'x', sizeof position);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf bytes = {.arena = &a};
        const char *cut = arena_strndup(&a, position, cases[i].position);
        ck_assert(buf_base64_decode(&bytes, str_of(page_marker(&c, cut))));
        ck_assert_uint_eq(bytes.n, cases[i].marker);
    }
}
END_TEST

START_TEST(test_between)
{
    enum { LONG = 300 };
    char last[LONG + 1], next[LONG + 1];
    memset(last, 'm', sizeof last);
    memset(next, 'm', sizeof next);
    last[LONG] = next[LONG] = '\0';
    next[7] = 'n';
    ck_assert_str_eq(page_between(&c, last, next), "mmmmmmmm\xff");
    ck_assert_str_eq(page_between(&c, next, last), next); /* a list that goes down */
    ck_assert_str_eq(page_between(&c, "ab", "b"), "ab");
    next[7] = 'm';
    next[LONG - 1] = 'n';
    ck_assert_str_eq(page_between(&c, last, next), last);
    last[LONG - 2] = '\0'; /* the beginning of the next */
    ck_assert_str_eq(page_between(&c, last, next), last);
}
END_TEST

START_TEST(test_long_positions)
{
    for (size_t n = 1; n < 1000; n += 111) {
        char *position = arena_strndup(&a, NULL, 0);
        position = arena_grow(&a, position, 1, n + 1);
        memset(position, 'x', n);
        position[n] = '\0';
        const char *after = NULL;
        ck_assert_int_eq(page_after(&c, page_marker(&c, position), &after), OK);
        ck_assert_str_eq(after, position);
    }
}
END_TEST

START_TEST(test_markers_of_other_operations)
{
    const char *marker = page_marker(&c, "alice");
    c.op = &list_groups;
    refuse(marker);
    ck_assert_str_ne(page_marker(&c, "alice"), marker);
}
END_TEST

START_TEST(test_foreign_markers)
{
    static const char *const foreign[] = {"",         "alice", "A",        "AAAA",
                                          "AAAAAAAA", "====",  "YWxpY2U=", "not base64!"};
    for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
        refuse(foreign[i]);
}
END_TEST

/* Of the bytes before the position, all count. */
/* Services may have words of their own. */
START_TEST(test_reasons)
{
    static const struct api_reason reasons[] = {[SHAPE_TOKEN] = {"INVALID_TOKEN", "No such page."}};
    static const struct api_service reasoning = {.invalid = ERR_INVALID_INPUT, .reasons = reasons};
    static const struct api_op op = {.name = "ListUsers", .service = &reasoning};
    const char *after;
    c.op = &op;
    ck_assert_int_eq(page_after(&c, "x", &after), ERR_INVALID_INPUT);
    ck_assert_str_eq(c.message, "No such page.");
    ck_assert_str_eq(c.reason_code, "INVALID_TOKEN");
}
END_TEST

START_TEST(test_damaged_markers)
{
    const char *marker = page_marker(&c, "alice");
    for (size_t i = 0; i < 5; i++) {
        char *damaged = arena_strdup(&a, marker);
        damaged[i] = damaged[i] == 'x' ? 'y' : 'x';
        refuse(damaged);
    }
    for (size_t n = 1; n < strlen(marker); n++) {
        if (n % 4 != 0 || n <= 4)
            refuse(arena_strndup(&a, marker, n));
    }
    refuse(arena_printf(&a, "%s\n", marker));
}
END_TEST

/* Cut to nothing behind the operation, or with a NUL in it, a position is not one of ours. */
START_TEST(test_impossible_positions)
{
    struct buf b = {.arena = &a}, coded = {.arena = &a};
    ck_assert(buf_base64_decode(&b, str_of(page_marker(&c, "alice"))));
    buf_base64(&coded, (const unsigned char *)b.p, 4);
    refuse(buf_text(&coded));
    b.p[6] = '\0';
    coded.n = 0;
    buf_base64(&coded, (const unsigned char *)b.p, b.n);
    refuse(buf_text(&coded));
}
END_TEST

/* A list of texts, as far as PAGE_CUT looks at operations. */
struct list_in {
    int64_t max_items;
};

struct list_out {
    struct {
        const char *const *v;
        size_t n;
    } names;
    bool is_truncated;
    const char *marker;
};

START_TEST(test_cut)
{
    static const char *const names[] = {"a", "b", "c"};
    const struct list_in exactly = {.max_items = 3}, fewer = {.max_items = 2};
    struct list_out out = {.names = {names, 3}};
    PAGE_CUT(&c, &exactly, &out, names, out.names.v[out.names.n - 1]);
    ck_assert(!out.is_truncated);
    ck_assert_ptr_null(out.marker);
    ck_assert_uint_eq(out.names.n, 3);
    PAGE_CUT(&c, &fewer, &out, names, out.names.v[out.names.n - 1]);
    ck_assert(out.is_truncated);
    ck_assert_uint_eq(out.names.n, 2);
    ck_assert_str_eq(out.marker, page_marker(&c, "b"));
    out = (struct list_out){.names = {names, 0}};
    PAGE_CUT(&c, &fewer, &out, names, out.names.v[out.names.n - 1]);
    ck_assert(!out.is_truncated);
}
END_TEST

struct next_in {
    int64_t max_results;
};

struct next_out {
    struct {
        const char *const *v;
        size_t n;
    } names;
    const char *next_token;
};

START_TEST(test_cut_next)
{
    static const char *const names[] = {"a", "b", "c"};
    const struct next_in exactly = {.max_results = 3}, fewer = {.max_results = 2};
    struct next_out out = {.names = {names, 3}};
    PAGE_CUT_NEXT(&c, &exactly, &out, names, out.names.v[out.names.n - 1]);
    ck_assert_ptr_null(out.next_token);
    PAGE_CUT_NEXT(&c, &fewer, &out, names, out.names.v[out.names.n - 1]);
    ck_assert_uint_eq(out.names.n, 2);
    ck_assert_str_eq(out.next_token, page_marker(&c, "b"));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_first_page);
    tcase_add_test(tc, test_markers_come_back);
    tcase_add_test(tc, test_markers_are_as_long_as_aws_s);
    tcase_add_test(tc, test_between);
    tcase_add_test(tc, test_long_positions);
    tcase_add_test(tc, test_markers_of_other_operations);
    tcase_add_test(tc, test_foreign_markers);
    tcase_add_test(tc, test_reasons);
    tcase_add_test(tc, test_damaged_markers);
    tcase_add_test(tc, test_impossible_positions);
    tcase_add_test(tc, test_cut);
    tcase_add_test(tc, test_cut_next);
    return suite_run("page", tc);
}
