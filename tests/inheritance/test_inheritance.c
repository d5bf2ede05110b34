/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the cases of the files given as arguments. A file is a list of objects:
 *   name       what the case shows
 *   type       TAG_POLICY if it is not given
 *   policies   documents, each with the level it is attached to in front: [0, {...}, 1, {...}]
 *   effective  what they are merged into; lists have an order
 *   faults     of the effective policy: [code, message, path, ["number of a policy", ...]]; default
 *              none
 *   malformed  a document, or a text, that is refused, instead of policies
 *   at         [line, column] of the error; optional
 */
#include <check.h>
#include <jansson.h>
#include <stdlib.h>

#include "err.h"
#include "inheritance/inheritance.h"

static const char *const *files;

static struct str text_of(struct arena *a, json_t *document)
{
    if (json_is_string(document))
        return (struct str){json_string_value(document), json_string_length(document)};
    char *text = json_dumps(document, JSON_COMPACT);
    struct str copy = str_of(arena_strdup(a, text));
    free(text);
    return copy;
}

static const struct inherit_rule *grammar_of(json_t *c)
{
    json_t *type = json_object_get(c, "type");
    const char *name = type ? json_string_value(type) : "TAG_POLICY";
    const struct inherit_rule *grammar = inherit_grammar(name);
    ck_assert_msg(grammar, "there is no type %s", name);
    return grammar;
}

static void check_faults(struct arena *a, json_t *c, const struct inherit_setting *merged)
{
    const struct inherit_fault *faults;
    json_t *expected = json_object_get(c, "faults"), *list = json_array();
    size_t n = inherit_faults(a, merged, &faults);
    for (size_t i = 0; i < n; i++) {
        json_t *ids = json_array();
        for (size_t k = 0; k < faults[i].n; k++)
            json_array_append_new(ids, json_string(faults[i].policies[k]));
        json_array_append_new(list, json_pack("[s, s, s, o]", faults[i].code, faults[i].message,
                                              faults[i].path, ids));
    }
    char *text = json_dumps(list, JSON_COMPACT);
    ck_assert_msg(expected ? json_equal(list, expected) : n == 0, "faults: %s", text);
    free(text);
    json_decref(list);
}

static void check_merge(struct arena *a, const char *name, json_t *c)
{
    json_t *documents = json_object_get(c, "policies");
    const struct inherit_rule *grammar = grammar_of(c);
    size_t n = json_array_size(documents) / 2;
    struct inherit_policy *policies = NEW_ARRAY(a, struct inherit_policy, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct policy_error error;
        struct str text = text_of(a, json_array_get(documents, 2 * i + 1));
        policies[i].id = arena_printf(a, "%zu", i);
        policies[i].level = (size_t)json_integer_value(json_array_get(documents, 2 * i));
        ck_assert_msg(inherit_read(a, text, grammar, &policies[i].document, &error) == OK,
                      "%s: policy %zu: %s", name, i, policy_error_place(a, &error));
    }
    const struct inherit_setting *merged = inherit_merge(a, grammar, policies, n);
    const char *text = inherit_text(a, merged);
    json_t *effective = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(json_equal(effective, json_object_get(c, "effective")), "%s: %s", name, text);
    json_decref(effective);
    check_faults(a, c, merged);
}

static void check_malformed(struct arena *a, const char *name, json_t *c)
{
    struct policy_error error;
    const struct node *document;
    json_t *at = json_object_get(c, "at");
    struct str text = text_of(a, json_object_get(c, "malformed"));
    ck_assert_msg(inherit_read(a, text, grammar_of(c), &document, &error) == ERR_MALFORMED,
                  "%s: it was accepted", name);
    ck_assert_ptr_nonnull(error.hint);
    if (at) {
        ck_assert_uint_eq(error.line, (size_t)json_integer_value(json_array_get(at, 0)));
        ck_assert_uint_eq(error.column, (size_t)json_integer_value(json_array_get(at, 1)));
    }
}

static void check_file(const char *path)
{
    json_error_t bad;
    json_t *cases = json_load_file(path, 0, &bad), *c;
    size_t i;
    ck_assert_msg(cases, "%s:%d: %s", path, bad.line, bad.text);
    json_array_foreach(cases, i, c)
    {
        struct arena a;
        const char *name = json_string_value(json_object_get(c, "name"));
        arena_init(&a);
        if (json_object_get(c, "malformed"))
            check_malformed(&a, name, c);
        else
            check_merge(&a, name, c);
        arena_done(&a);
    }
    json_decref(cases);
}

START_TEST(cases)
{
    check_file(files[_i]);
}
END_TEST

START_TEST(types)
{
    ck_assert_ptr_null(inherit_grammar("SERVICE_CONTROL_POLICY"));
    ck_assert_ptr_null(inherit_grammar("tag_policy"));
}
END_TEST

enum { LEVELS = 7, PER_LEVEL = 10, VALUES = 1000 };

/* As much as can be attached to an account: values by the operator, all different. */
static const struct inherit_setting *merge_many(struct arena *a, const char *op)
{
    static struct inherit_policy policies[LEVELS * PER_LEVEL];
    const struct inherit_rule *grammar = inherit_grammar("UPGRADE_ROLLOUT_POLICY");
    for (size_t i = 0; i < ARRAY_LEN(policies); i++) {
        struct policy_error error;
        struct buf b = buf_new(a, 10000);
        buf_printf(&b, "{\"upgrade_rollout\":{\"a\":{\"%s\":[", op);
        for (size_t k = 0; k < VALUES; k++)
            buf_printf(&b, "%s%zu", k ? "," : "", i * VALUES + k);
        buf_add_text(&b, "]}}}");
        policies[i] = (struct inherit_policy){.id = "p", .level = i / PER_LEVEL};
        ck_assert_int_eq(inherit_read(a, buf_str(&b), grammar, &policies[i].document, &error), OK);
    }
    return inherit_merge(a, grammar, policies, ARRAY_LEN(policies));
}

static size_t count_commas(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += *text == ',';
    return n;
}

START_TEST(many)
{
    struct arena a;
    arena_init(&a);
    const char *all = inherit_text(&a, merge_many(&a, "@@append"));
    ck_assert_uint_eq(count_commas(all), LEVELS * PER_LEVEL * VALUES - 1);
    const char *last = inherit_text(&a, merge_many(&a, "@@assign"));
    ck_assert_uint_eq(count_commas(last), VALUES - 1);
    ck_assert_ptr_nonnull(strstr(last, "[60000,60001,")); /* the first of the account's */
    arena_done(&a);
}
END_TEST

enum { NAME = 6000, BELOW = 200 };

/* The name of each place is as long as a document, and looking for faults keeps none of them. */
START_TEST(long_names)
{
    struct arena a;
    arena_init(&a);
    struct policy_error error;
    struct inherit_policy policy = {.id = "p"};
    const struct inherit_rule *grammar = inherit_grammar("S3_POLICY");
    const struct inherit_fault *faults;
    struct buf b = buf_new(&a, 10000);
    buf_printf(&b, "{\"s3_attributes\":{\"%0*d\":{\"0\":{\"@@assign\":0}", NAME, 0);
    for (int i = 1; i < BELOW; i++)
        buf_printf(&b, ",\"%d\":{\"@@assign\":0}", i);
    buf_add_text(&b, "}}}");
    ck_assert_int_eq(inherit_read(&a, buf_str(&b), grammar, &policy.document, &error), OK);
    const struct inherit_setting *merged = inherit_merge(&a, grammar, &policy, 1);
    size_t before = a.total;
    ck_assert_uint_eq(inherit_faults(&a, merged, &faults), 0);
    ck_assert_uint_lt(a.total - before, (size_t)16 * NAME);
    arena_done(&a);
}
END_TEST

int main(int argc, char **argv)
{
    TCase *c = tcase_create("inheritance");
    Suite *s = suite_create("inheritance");
    files = (const char *const *)argv + 1;
    tcase_set_timeout(c, 0);
    tcase_add_loop_test(c, cases, 0, argc - 1);
    tcase_add_test(c, types);
    tcase_add_test(c, many);
    tcase_add_test(c, long_names);
    suite_add_tcase(s, c);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
