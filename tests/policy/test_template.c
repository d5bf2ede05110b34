/* SPDX-License-Identifier: Apache-2.0 */
/* Policy templates, and what parameters make of them. */
#include "policy/template.h"

#include "err.h"
#include "support/suite.h"

#define POLICY(members) "{\"Version\":\"2012-10-17\",\"Statement\":[{" members "}]}"
#define ALLOW "\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\""

static struct arena a;

static const struct template_parameter bucket = {"bucket", (const char *[]){"data"}, 1, false};
static const struct template_parameter paths = {"paths", (const char *[]){"in", "out"}, 2, true};
static const struct template_parameter ends = {"ends", (const char *[]){"a", "b"}, 2, true};
static const struct template_parameter yes = {"on", (const char *[]){"True"}, 1, false};
static const struct template_parameter no = {"on", (const char *[]){"False"}, 1, false};
static const struct template_parameter names = {"bucket", (const char *[]){"@{paths}"}, 1, false};
static const struct template_parameter quote = {"bucket", (const char *[]){"\"\\"}, 1, false};

enum { PARAMETERS = 2 };

static const struct {
    const char *document;
    const struct template_parameter *parameters[PARAMETERS];
    int code;
    const char *made; /* the policy, or why there is none */
} cases[] = {
    {POLICY(ALLOW), {NULL}, OK, POLICY(ALLOW)},
    {POLICY("\"Resource\":\"b/@{bucket}/*\""), {&bucket}, OK, POLICY("\"Resource\":\"b/data/*\"")},
    /* A list for each text outside of a list, and more members within one. */
    {POLICY("\"Resource\":\"b/@{paths}\""),
     {&paths},
     OK,
     POLICY("\"Resource\":[\"b/in\",\"b/out\"]")},
    {POLICY("\"Resource\":[\"x\",\"b/@{paths}\"]"),
     {&paths},
     OK,
     POLICY("\"Resource\":[\"x\",\"b/in\",\"b/out\"]")},
    /* Each with each. */
    {POLICY("\"Resource\":\"@{paths}/@{ends}\""),
     {&paths, &ends},
     OK,
     POLICY("\"Resource\":[\"in/a\",\"in/b\",\"out/a\",\"out/b\"]")},
    /* Wherever a text is a value. */
    {POLICY("\"Condition\":{\"StringEquals\":{\"k\":\"@{bucket}\"}}"),
     {&bucket},
     OK,
     POLICY("\"Condition\":{\"StringEquals\":{\"k\":\"data\"}}")},
    /* Values are values, whatever they look like. */
    {POLICY("\"Resource\":\"@{bucket}\",\"Sid\":\"@{paths}\""),
     {&names, &paths},
     OK,
     POLICY("\"Resource\":\"@{paths}\",\"Sid\":[\"in\",\"out\"]")},
    {POLICY("\"Resource\":\"@{bucket}\""), {&quote}, OK, POLICY("\"Resource\":\"\\\"\\\\\"")},
    /* What is no name stays. */
    {POLICY("\"Resource\":\"@{bucket}@{\""), {&bucket}, OK, POLICY("\"Resource\":\"data@{\"")},
    /* Statements that are there, and those that are not. */
    {POLICY("\"@Enabled\":\"on\"," ALLOW), {&yes}, OK, POLICY(ALLOW)},
    {POLICY("\"@Enabled\":\"!on\"," ALLOW), {&no}, OK, POLICY(ALLOW)},
    {POLICY("\"@Enabled\":\"on\"," ALLOW "},{\"Sid\":\"b\""), {&no}, OK, POLICY("\"Sid\":\"b\"")},
    {"{\"Statement\":{\"@Enabled\":\"!on\"," ALLOW "}}", {&yes}, OK, "{\"Statement\":[]}"},
    /* Parameters are those of the template. */
    {POLICY("\"Resource\":\"@{bucket}\""),
     {NULL},
     ERR_MALFORMED,
     "The parameter bucket is missing."},
    {POLICY("\"@Enabled\":\"on\"," ALLOW), {NULL}, ERR_MALFORMED, "The parameter on is missing."},
    {POLICY(ALLOW), {&bucket}, ERR_MALFORMED, "The policy template has no parameter bucket."},
    {"[]", {NULL}, ERR_MALFORMED, "The policy template is no policy."},
};

START_TEST(test_render)
{
    struct template_parameter parameters[PARAMETERS];
    size_t n = 0;
    const char *made = NULL;
    arena_init(&a);
    while (n < PARAMETERS && cases[_i].parameters[n]) {
        parameters[n] = *cases[_i].parameters[n];
        n++;
    }
    int code = template_render(&a, str_of(cases[_i].document), parameters, n, &made);
    ck_assert_str_eq(made, cases[_i].made);
    ck_assert_int_eq(code, cases[_i].code);
    arena_done(&a);
}
END_TEST

/* Twenty lists of two are a million texts, which are never made. */
START_TEST(test_too_long)
{
    const char *made = NULL;
    arena_init(&a);
    struct buf b = buf_new(&a, 512);
    for (int i = 0; i < 20; i++)
        buf_add(&b, STR("@{paths}"));
    const char *text = arena_printf(&a, POLICY("\"Resource\":\"%s\""), buf_text(&b));
    ck_assert_int_eq(template_render(&a, str_of(text), &paths, 1, &made), ERR_MALFORMED);
    ck_assert_str_eq(made, "The policy is too long.");
    arena_done(&a);
}
END_TEST

START_TEST(test_what_is_a_template)
{
    static const char *const bad[] = {"",
                                      "{",
                                      "[]",
                                      "\"x\"",
                                      "{}",
                                      "{\"Statement\":[]}",
                                      "{\"Statement\":[1]}",
                                      "{\"Statement\":\"x\"}",
                                      "{\"Statement\":{\"@Enabled\":1}}"};
    arena_init(&a);
    ck_assert(template_ok(&a, STR("{\"Statement\":{\"@Enabled\":\"on\"}}")));
    ck_assert(template_ok(&a, STR(POLICY(ALLOW))));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_msg(!template_ok(&a, str_of(bad[i])), "%s", bad[i]);
    arena_done(&a);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("template");
    tcase_add_loop_test(tc, test_render, 0, ARRAY_LEN(cases));
    tcase_add_test(tc, test_too_long);
    tcase_add_test(tc, test_what_is_a_template);
    return suite_run("template", tc);
}
