/* SPDX-License-Identifier: Apache-2.0 */
#include "demo_api.h"
#include "err.h"
#include "iam_api.h"
#include "sts_api.h"
#include "support.h"

static int read_thing(struct fix *f, const char *body, struct demo_read_thing_in *ret)
{
    return fix_decode(f, body, &demo_read_thing_in_shape, ret);
}

START_TEST(fills_every_kind)
{
    struct fix f;
    struct demo_read_thing_in in;
    fix_init(&f);
    ck_assert_int_eq(
        read_thing(&f,
                   "Name=ab&Count=%2B0008&Flag=false&Other=true&Color=red&Unknown.member.7=x&"
                   "Inner.Flag=false&Inner.Labels.member.1=x&Inner.Labels.member.2=%C3%A4&"
                   "Inners.member.3.Count=5&Inners.member.1.Script=s&Inners.member.foo.Count=99&"
                   "Inners.member.01.Count=99&"
                   "Inners.member.0.Count=99",
                   &in),
        OK);
    ck_assert_str_eq(in.name, "ab");
    ck_assert_int_eq(in.count, 8);
    ck_assert_str_eq(in.path, "/");
    ck_assert_int_eq(in.limit, 7);
    ck_assert(!in.flag && in.has_other && in.other);
    ck_assert_ptr_null(in.prefix);
    ck_assert(in.inner->has_flag && !in.inner->flag && !in.inner->has_count);
    ck_assert_uint_eq(in.inner->labels.n, 2);
    ck_assert_str_eq(in.inner->labels.v[1], "\xc3\xa4");
    ck_assert_uint_eq(in.inners.n, 2);
    ck_assert_str_eq(in.inners.v[0].script, "s");
    ck_assert_int_eq(in.inners.v[1].count, 5);
    fix_done(&f);
}
END_TEST

START_TEST(absent_and_empty_differ)
{
    struct fix f;
    struct demo_read_thing_in in;
    fix_init(&f);
    ck_assert_int_eq(read_thing(&f, "Name=ab&Count=5", &in), OK);
    ck_assert_ptr_null(in.inner);
    ck_assert_ptr_null(in.inners.v);
    ck_assert(in.flag && !in.has_other);
    ck_assert(!shape_is_set(&demo_read_thing_in_shape, &in, 8));
    ck_assert(!shape_is_set(&demo_read_thing_in_shape, &in, 10));
    ck_assert(shape_is_set(&demo_read_thing_in_shape, &in, 0));
    ck_assert(shape_is_set(&demo_read_thing_in_shape, &in, 6));
    ck_assert_int_eq(read_thing(&f, "Name=ab&Count=5&Inners=&Latin=", &in), OK);
    ck_assert_ptr_nonnull(in.inners.v);
    ck_assert_uint_eq(in.inners.n, 0);
    ck_assert(shape_is_set(&demo_read_thing_in_shape, &in, 10));
    ck_assert_str_eq(in.latin, "");
    ck_assert_int_eq(read_thing(&f, "Name=ab&Count=5&Inners.x=1&Inner=", &in), OK);
    ck_assert_ptr_null(in.inners.v);
    ck_assert_ptr_null(in.inner);
    fix_done(&f);
}
END_TEST

#define LIST "Start of list found where not expected"
#define COMPLEX "Unexpected complex element termination"

START_TEST(malformed_values)
{
    static const struct {
        const char *body, *message;
    } cases[] = {
        {"Count=abc", NULL},
        {"Count=900.0", NULL},
        {"Count=2147483648", NULL},
        {"Count=-2147483649", NULL},
        {"Count=99999999999999999999", NULL},
        {"Count=-", NULL},
        {"Count=+-1", NULL},
        {"Count=1%20", NULL},
        {"Count=", "missing value for decimal type"},
        {"Other=yes", NULL},
        {"Other=", NULL},
        {"Name.1=ab", LIST},
        {"Name.member.1=ab", LIST},
        {"Name=ab&Name.x=ab", LIST},
        {"Count.1=5", LIST},
        {"Inner.Labels.member.1.x=ab", LIST},
        {"Inner.Labels.member.1=ab&Inner.Labels.member.1.x=ab", LIST},
        {"Inners=x", "Unexpected list element termination"},
        {"Inner.Labels=x", "Unexpected list element termination"},
        {"Inners=x&Inners.member.1.Count=1", "Unexpected list element termination"},
        {"Inners.member.1=x", COMPLEX},
        {"Inners.member.1=x&Inners.member.1.Count=1", COMPLEX},
        {"Inner=x", COMPLEX},
        {"Inner=x&Inner.Count=1", COMPLEX},
        {"Inners.member.1001.Count=1", "List index is too large"},
        {"Inners.member.999999999.Count=1", "List index is too large"},
    };
    struct fix f;
    struct demo_read_thing_in in;
    fix_init(&f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        ck_assert_msg(read_thing(&f, cases[i].body, &in) == ERR_MALFORMED_INPUT, "%s",
                      cases[i].body);
        ck_assert_pstr_eq(f.message, cases[i].message);
    }
    fix_done(&f);
}
END_TEST

struct sentence {
    const char *body, *message; /* the body behind what is right; NULL: it is valid */
};

static void assert_sentences(const struct shape *shape, const char *right, const struct sentence *v,
                             size_t n)
{
    struct fix f;
    fix_init(&f);
    for (size_t i = 0; i < n; i++) {
        void *in = arena_alloc(&f.arena, shape->size);
        const char *body = arena_printf(&f.arena, "%s&%s", v[i].body, right);
        int code = fix_decode(&f, body, shape, in);
        ck_assert_msg(code == (v[i].message ? ERR_VALIDATION_ERROR : OK), "%s: %s", v[i].body,
                      f.message);
        ck_assert_pstr_eq(f.message, v[i].message);
    }
    fix_done(&f);
}

#define ONE "1 validation error detected: Value "
#define MUST " failed to satisfy constraint: Member must "

START_TEST(first_stage_showing_values)
{
    static const struct sentence cases[] = {
        {"Name=a", ONE "'a' at 'name'" MUST "have length greater than or equal to 2"},
        {"Name=abcde", ONE "'abcde' at 'name'" MUST "have length less than or equal to 4"},
        {"Name=%C3%A4bcd", ONE "'\xc3\xa4"
                               "bcd' at 'name'" MUST "satisfy regular expression pattern: [\\w-]*"},
        {"Name=a+b-c", "2 validation errors detected: Value 'a b-c' at 'name'" MUST
                       "satisfy regular expression pattern: [\\w-]*; Value 'a b-c' at 'name'" MUST
                       "have length less than or equal to 4"},
        {"Name=", ONE "'' at 'name'" MUST "have length greater than or equal to 2"},
        {"Name=a-_9", NULL},
        {"Count=4", ONE "'4' at 'count'" MUST "have value greater than or equal to 5"},
        {"Count=-4", ONE "'-4' at 'count'" MUST "have value greater than or equal to 5"},
        {"Count=-2147483648",
         ONE "'-2147483648' at 'count'" MUST "have value greater than or equal to 5"},
        {"Count=11", ONE "'11' at 'count'" MUST "have value less than or equal to 10"},
        {"Color=blue", ONE "'blue' at 'color'" MUST "satisfy enum value set: [red, green]"},
        {"Color=", ONE "'' at 'color'" MUST "satisfy enum value set: [red, green]"},
        {"Limit=-5", NULL},
        {"Inner.Count=1", ONE "'1' at 'inner.count'" MUST "have value greater than or equal to 5"},
        {"Inner.Labels=", ONE "at 'inner.labels'" MUST "have length greater than or equal to 1"},
        {"Inner.Labels.member.1=a&Inner.Labels.member.2=b&Inner.Labels.member.3=c",
         ONE "at 'inner.labels'" MUST "have length less than or equal to 2"},
        {"Inner.Labels.member.1=a&Inner.Labels.member.2=",
         "2 validation errors detected: Value '' at 'inner.labels.2.member'" MUST
         "satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}.\\-]+; Value '' at "
         "'inner.labels.2.member'" MUST "have length greater than or equal to 1"},
        {"Inners.member.5.Count=50",
         ONE "'50' at 'inners.1.member.count'" MUST "have value less than or equal to 10"},
    };
    assert_sentences(&demo_read_thing_in_shape, "Name=ab&Count=5", cases, ARRAY_LEN(cases));
}
END_TEST

START_TEST(missing_members)
{
    static const struct sentence cases[] = {
        {"X=1", "2 validation errors detected: Value null at 'name'" MUST
                "not be null; Value null at 'count'" MUST "not be null"},
        {"Count=1&Color=x&Path=x", "3 validation errors detected: Value null at 'name'" MUST
                                   "not be null; Value 'x' at 'color'" MUST
                                   "satisfy enum value set: [red, green]; Value '1' at 'count'" MUST
                                   "have value greater than or equal to 5"},
    };
    assert_sentences(&demo_read_thing_in_shape, "", cases, ARRAY_LEN(cases));
}
END_TEST

#define BAD(name, must) "The specified value for " name " is invalid. It must " must

START_TEST(second_stage)
{
    static const struct sentence cases[] = {
        {"Path=a", BAD("path", "begin and end with /")},
        {"Path=/a", BAD("path", "begin and end with /")},
        {"Path=a/", BAD("path", "begin and end with /")},
        {"Path=//", BAD("path", "begin and end with /")},
        {"Path=/a+b/", BAD("path", "begin and end with /")},
        {"Path=/%7f/", BAD("path", "begin and end with /")},
        {"Path=/a/b~!/", NULL},
        {"Path=/", NULL},
        {"Prefix=a", BAD("prefix", "begin with /")},
        {"Prefix=/a+", BAD("prefix", "begin with /")},
        {"Prefix=/%7f", NULL},
        {"Latin=%C4%80", BAD("latin", "be Latin")},
        {"Latin=%09", BAD("latin", "be Latin")},
        {"Latin=%C3%BF", NULL},
        {"Inner.Script=%C4%80", BAD("inner.script", "be printable")},
        {"Inner.Script=%01", BAD("inner.script", "be printable")},
        {"Inner.Script=%09%0A%0D%C3%BF", NULL},
        {"Path=x&Latin=%09", BAD("path", "begin and end with /")},
        {"Path=x&Color=x", ONE "'x' at 'color'" MUST "satisfy enum value set: [red, green]"},
    };
    assert_sentences(&demo_read_thing_in_shape, "Name=ab&Count=5", cases, ARRAY_LEN(cases));
}
END_TEST

static const char *form_of(struct fix *f, const char *member, const char *value)
{
    return arena_printf(&f->arena, "Name=ab&Count=5&%s=%s", member, value);
}

/* Classes that look at where characters stand: what they take, and what they refuse. */
START_TEST(forms)
{
    static const struct {
        const char *member, *good[8], *bad[10];
    } cases[] = {
        {"Steps", {"/", "/a/", "/a.b/c_d/", "/@=/"}, {"", "a/", "/a", "//", "/a//b/", "/~/"}},
        {"Alias",
         {"abc", "a-b", "1-2-3", "a123"},
         {"-ab", "ab-", "a--b", "aBc", "a_b", "a.b", "a\xc3\xa4"}},
        {"Edition",
         {"v1", "v10", "v1.", "v2.a-Z"},
         {"", "v", "v0", "v01", "1", "vx", "v1a", "v1.a.b", "v1._", "V1"}},
    };
    struct fix f;
    fix_init(&f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct demo_read_thing_in in;
        for (size_t k = 0; cases[i].good[k]; k++) {
            const char *form = form_of(&f, cases[i].member, cases[i].good[k]);
            ck_assert_msg(read_thing(&f, form, &in) == OK, "%s", form);
        }
        for (size_t k = 0; k < ARRAY_LEN(cases[i].bad) && cases[i].bad[k]; k++) {
            const char *form = form_of(&f, cases[i].member, cases[i].bad[k]);
            ck_assert_msg(read_thing(&f, form, &in) == ERR_VALIDATION_ERROR, "%s", form);
        }
    }
    fix_done(&f);
}
END_TEST

START_TEST(digits)
{
    static const struct sentence cases[] = {
        {"Code=09", NULL},
        {"Code=0a", ONE "'0a' at 'code'" MUST "satisfy regular expression pattern: [\\d]+"},
    };
    assert_sentences(&demo_drop_thing_in_shape, "Name=ab", cases, ARRAY_LEN(cases));
}
END_TEST

START_TEST(tag_characters)
{
    static const char pattern[] = "satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}.\\-]+";
    static const struct {
        const char *label;
        bool fits;
    } cases[] = {
        {"a.-", true},        {"%20", true},           {"%C3%A9", true},       {"%E6%97%A5", true},
        {"%D9%A3", true},     {"%C2%A0", true},        {"%F0%A0%80%80", true}, {"_", false},
        {"%C2%A9", false},    {"%F0%9F%98%80", false}, {"%CC%81", false},      {"%09", false},
        {"%E2%80%93", false}, {"%40", false},          {"%C2%B2", true},       {"%EF%BB%BC", true},
    };
    struct fix f;
    struct demo_read_thing_in in;
    fix_init(&f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *body =
            arena_printf(&f.arena, "Name=ab&Count=5&Inner.Labels.member.1=%s", cases[i].label);
        ck_assert_msg((read_thing(&f, body, &in) == OK) == cases[i].fits, "%s", cases[i].label);
        ck_assert(cases[i].fits || strstr(f.message, pattern));
    }
    fix_done(&f);
}
END_TEST

#define NAME_CHARS "contain only alphanumeric characters and/or the following: +=,.@_-"

START_TEST(iam_redacts_values)
{
    static const struct sentence users[] = {
        {"UserName=", ONE "at 'userName'" MUST "have length greater than or equal to 1"},
        {"UserName=a%2Fb", BAD("userName", NAME_CHARS)},
        {"UserName=a%2Fb&Path=", ONE "at 'path'" MUST "have length greater than or equal to 1"},
        {"X=1", ONE "null at 'userName'" MUST "not be null"},
        {"UserName=a%2B%3D%2C.%40_-", NULL},
        {"UserName=a&Path=x", BAD("path", "begin and end with / and contain only alphanumeric "
                                          "characters and/or / characters.")},
        {"UserName=a&Tags.member.1.Key=",
         "3 validation errors detected: Value at 'tags.1.member.key'" MUST
         "satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+; Value at "
         "'tags.1.member.key'" MUST "have length greater than or equal to 1; Value null at "
         "'tags.1.member.value'" MUST "not be null"},
        {"UserName=a&Tags.member.1.Key=k&Tags.member.1.Value=", NULL},
        {"UserName=a&PermissionsBoundary=short",
         ONE "at 'permissionsBoundary'" MUST "have length greater than or equal to 20"},
    };
    static const struct sentence lists[] = {
        {"MaxItems=0", ONE "'0' at 'maxItems'" MUST "have value between 1 and 1000"},
        {"MaxItems=1001", ONE "'1001' at 'maxItems'" MUST "have value between 1 and 1000"},
        {"Marker=", "2 validation errors detected: Value at 'marker'" MUST
                    "satisfy regular expression pattern: [\\u0020-\\u00FF]+; Value at 'marker'" MUST
                    "have length greater than or equal to 1"},
    };
    static const struct sentence keys[] = {
        {"Status=x", ONE "'x' at 'status'" MUST "satisfy enum value set: [Active, Inactive]"},
        {"Status=Expired",
         ONE "'Expired' at 'status'" MUST "satisfy enum value set: [Active, Inactive]"},
        {"Status=Active", NULL},
        {"Status=Active&AccessKeyId=AKIA-AAAAAAAAAAAAAA",
         BAD("accessKeyId", "contain only alphanumeric characters.")},
    };
    assert_sentences(&iam_create_user_in_shape, "", users, ARRAY_LEN(users));
    assert_sentences(&iam_list_users_in_shape, "", lists, ARRAY_LEN(lists));
    assert_sentences(&iam_update_access_key_in_shape, "AccessKeyId=AKIAAAAAAAAAAAAAAAAA", keys,
                     ARRAY_LEN(keys));
}
END_TEST

#define ROLE_ARN "RoleArn=arn:aws:iam::123456789012:role/"
#define ROLE_ARN_CHARS                                                                             \
    "satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-"     \
    "\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+"

/* What the printed expression takes is taken, scripts of the whole world included. */
START_TEST(sts_takes_what_its_pattern_says)
{
    static const struct sentence cases[] = {
        {ROLE_ARN "%09%0A%0D~", NULL},
        {ROLE_ARN "%C2%85%C2%A0%C3%BF", NULL},
        {ROLE_ARN "%E6%97%A5%EF%BF%BD%F0%9F%98%80", NULL},
        {ROLE_ARN "%01",
         ONE "'arn:aws:iam::123456789012:role/\x01' at 'roleArn'" MUST ROLE_ARN_CHARS},
        {ROLE_ARN "%7F",
         ONE "'arn:aws:iam::123456789012:role/\x7f' at 'roleArn'" MUST ROLE_ARN_CHARS},
        {ROLE_ARN "%C2%84",
         ONE "'arn:aws:iam::123456789012:role/\xc2\x84' at 'roleArn'" MUST ROLE_ARN_CHARS},
        {ROLE_ARN "%EF%BF%BE",
         ONE "'arn:aws:iam::123456789012:role/\xef\xbf\xbe' at 'roleArn'" MUST ROLE_ARN_CHARS},
    };
    assert_sentences(&sts_assume_role_in_shape, "RoleSessionName=one", cases, ARRAY_LEN(cases));
}
END_TEST

START_TEST(choices_are_redacted_with_the_value)
{
    static const char *const choices[] = {"on", "off", NULL};
    static const struct shape_rule rule = {.choices = choices};
    static const struct shape_field field = {
        .name = "Switch", .wire = "switch", .kind = SHAPE_STR, .rule = &rule};
    static const uint8_t sorted[] = {0};
    static const struct shape shape = {"switch", sizeof(const char *), 1, &field, sorted, sorted};
    static const struct sentence cases[] = {
        {"Switch=dim", ONE "at 'switch'" MUST "satisfy enum value set"},
        {"Switch=off", NULL},
    };
    assert_sentences(&shape, "", cases, ARRAY_LEN(cases));
}
END_TEST

START_TEST(fifty_one_tags)
{
    struct fix f;
    struct iam_create_user_in in;
    fix_init(&f);
    struct buf b = {.arena = &f.arena};
    buf_add_text(&b, "UserName=a");
    for (int i = 1; i <= 50; i++)
        buf_printf(&b, "&Tags.member.%d.Key=k%d&Tags.member.%d.Value=v", i, i, i);
    ck_assert_int_eq(fix_decode(&f, buf_text(&b), &iam_create_user_in_shape, &in), OK);
    ck_assert_uint_eq(in.tags.n, 50);
    ck_assert_str_eq(in.tags.v[9].key, "k10");
    buf_add_text(&b, "&Tags.member.51.Key=k&Tags.member.51.Value=v");
    ck_assert_int_eq(fix_decode(&f, buf_text(&b), &iam_create_user_in_shape, &in),
                     ERR_VALIDATION_ERROR);
    ck_assert_str_eq(f.message, ONE "at 'tags'" MUST "have length less than or equal to 50");
    fix_done(&f);
}
END_TEST

START_TEST(times_maps_and_trees)
{
    struct fix f;
    struct demo_read_thing_in in;
    fix_init(&f);
    ck_assert_int_eq(
        fix_decode(&f,
                   "Name=ab&Count=5&Since=2020-11-30T17:44:37Z&Exact=1.5"
                   "&Sizes.entry.1.key=b&Sizes.entry.1.value=2&Sizes.entry.2.key=a"
                   "&Sizes.entry.2.value=1&Tree.Leaves.member.1.Leaves.member.1.Name=xy",
                   &demo_read_thing_in_shape, &in),
        OK);
    ck_assert(in.has_since && in.since == 1606758277);
    ck_assert(in.has_exact && in.exact == 1500);
    ck_assert_uint_eq(in.sizes.n, 2);
    ck_assert_str_eq(in.sizes.v[0].key, "b");
    ck_assert_int_eq(in.sizes.v[1].value, 1);
    ck_assert_str_eq(in.tree->leaves.v[0].leaves.v[0].name, "xy");
    static const char *const wrong[] = {"", "x", "2020-13-01", "253402300800"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        ck_assert_int_eq(fix_decode(&f,
                                    arena_printf(&f.arena, "Name=ab&Count=5&Since=%s", wrong[i]),
                                    &demo_read_thing_in_shape, &in),
                         ERR_MALFORMED_INPUT);
    fix_done(&f);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("decode");
    tcase_add_test(tcase, fills_every_kind);
    tcase_add_test(tcase, absent_and_empty_differ);
    tcase_add_test(tcase, malformed_values);
    tcase_add_test(tcase, first_stage_showing_values);
    tcase_add_test(tcase, missing_members);
    tcase_add_test(tcase, second_stage);
    tcase_add_test(tcase, forms);
    tcase_add_test(tcase, digits);
    tcase_add_test(tcase, tag_characters);
    tcase_add_test(tcase, iam_redacts_values);
    tcase_add_test(tcase, sts_takes_what_its_pattern_says);
    tcase_add_test(tcase, choices_are_redacted_with_the_value);
    tcase_add_test(tcase, fifty_one_tags);
    tcase_add_test(tcase, times_maps_and_trees);
    return fix_run("decode", tcase);
}
