/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the decision cases of the files given as arguments. A file is a list of objects:
 *   name        what the case shows
 *   policy      a document, or its text; or policies, a list of them
 *   condition   short for a policy that allows everything under this Condition
 *   kind        identity (default), managed, session, trust, resource, scp, rcp or endpoint
 *   action, resource   of the request; default s3:GetObject, arn:aws:s3:::bucket/key
 *   context     condition keys with their lists of values
 *   multivalued the names of those keys that are lists by nature
 *   expect      allow, deny, silent, or ok (the document is accepted)
 *   error       the sentence with which the document is refused, instead of expect
 *   at          [line, column] of the error; optional
 */
#include <check.h>
#include <jansson.h>
#include <stdlib.h>

#include "policy/facts.h"
#include "policy/twice.h"

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

static enum policy_kind kind_of(json_t *c)
{
    static const char *const names[] = {
        [POLICY_IDENTITY] = "identity", [POLICY_RESOURCE] = "resource", [POLICY_TRUST] = "trust",
        [POLICY_MANAGED] = "managed",   [POLICY_SESSION] = "session",   [POLICY_SCP] = "scp",
        [POLICY_RCP] = "rcp",           [POLICY_ENDPOINT] = "endpoint",
    };
    const char *kind = json_string_value(json_object_get(c, "kind"));
    for (size_t i = 0; kind && i < ARRAY_LEN(names); i++) {
        if (!strcmp(kind, names[i]))
            return (enum policy_kind)i;
    }
    ck_assert_msg(!kind, "there is no kind %s", kind);
    return POLICY_IDENTITY;
}

/* The policies of a case as a new list. */
static json_t *policies_of(json_t *c)
{
    json_t *condition = json_object_get(c, "condition");
    if (condition)
        return json_pack("[{s:s, s:{s:s, s:s, s:s, s:O}}]", "Version", "2012-10-17", "Statement",
                         "Effect", "Allow", "Action", "*", "Resource", "*", "Condition", condition);
    json_t *policies = json_object_get(c, "policies");
    return policies ? json_incref(policies) : json_pack("[O]", json_object_get(c, "policy"));
}

static bool in_list(json_t *list, const char *name)
{
    size_t i;
    json_t *entry;
    json_array_foreach(list, i, entry) if (!strcmp(json_string_value(entry), name)) return true;
    return false;
}

static struct facts facts_read(struct arena *a, json_t *c)
{
    json_t *context = json_object_get(c, "context"), *values, *value;
    struct fact *facts = NEW_ARRAY(a, struct fact, json_object_size(context) + 1);
    size_t n = 0, i;
    const char *key;
    json_object_foreach(context, key, values)
    {
        struct str *v = NEW_ARRAY(a, struct str, json_array_size(values) + 1);
        json_array_foreach(values, i, value) v[i] = str_of(json_string_value(value));
        bool multivalued = in_list(json_object_get(c, "multivalued"), key);
        facts[n++] = (struct fact){key, v, json_array_size(values), multivalued};
    }
    return facts_of(facts, n);
}

static struct str member(json_t *c, const char *name, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(c, name));
    return str_of(text ? text : otherwise);
}

static const char *verdict_name(enum policy_verdict verdict)
{
    static const char *const names[] = {"silent", "allow", "deny"};
    return names[verdict];
}

/* One verdict with a trace and one without; they have to agree. */
static enum policy_verdict eval_twice(struct arena *a, const char *name,
                                      const struct policy *policy,
                                      const struct policy_request *request)
{
    struct policy_trace trace = {.arena = a};
    struct policy_subject subject = policy_prepare(request);
    struct policy_result plain = policy_eval(policy, &subject, NULL);
    struct policy_result traced = policy_eval(policy, &subject, &trace);
    ck_assert_msg(plain.verdict == traced.verdict && plain.statement == traced.statement,
                  "%s: the trace changes the result", name);
    return plain.verdict;
}

static void check_refusal(json_t *c, const char *name, int code, const struct policy_error *error)
{
    const char *wanted = json_string_value(json_object_get(c, "error"));
    json_t *at = json_object_get(c, "at");
    ck_assert_msg((code < 0) == (wanted != NULL), "%s: %s", name,
                  code < 0 ? error->message : "is accepted");
    if (!wanted)
        return;
    ck_assert_msg(!strcmp(error->message, wanted), "%s: says %s", name, error->message);
    const char *hint = json_string_value(json_object_get(c, "hint"));
    ck_assert_msg(!error->hint == !!strcmp(wanted, "Syntax errors in policy."),
                  "%s: a hint stands beside the sentence that says nothing", name);
    ck_assert_msg(!hint || !strcmp(error->hint, hint), "%s: hints that %s", name, error->hint);
    if (at) {
        size_t line = (size_t)json_integer_value(json_array_get(at, 0));
        size_t column = (size_t)json_integer_value(json_array_get(at, 1));
        ck_assert_msg(error->line == line && error->column == column, "%s: at %zu:%zu", name,
                      error->line, error->column);
    }
}

static void run_case(json_t *c)
{
    struct arena a;
    arena_init(&a);
    const char *name = json_string_value(json_object_get(c, "name"));
    json_t *policies = policies_of(c), *document;
    struct facts facts = facts_read(&a, c);
    struct policy_request request = {
        .action = member(c, "action", "s3:GetObject"),
        .resource = member(c, "resource", "arn:aws:s3:::bucket/key"),
        .context = &facts.base,
    };
    enum policy_verdict verdict = POLICY_SILENT;
    size_t i;
    json_array_foreach(policies, i, document)
    {
        const struct policy *policy = NULL;
        struct policy_error error = {.message = NULL};
        bool same;
        int code = compile_twice(&a, text_of(&a, document), kind_of(c), &policy, &error, &same);
        ck_assert_msg(same, "%s: read with more around it, it is another", name);
        check_refusal(c, name, code, &error);
        enum policy_verdict said =
            code < 0 ? POLICY_SILENT : eval_twice(&a, name, policy, &request);
        verdict = said > verdict ? said : verdict;
    }
    const char *expect = json_string_value(json_object_get(c, "expect"));
    if (expect && strcmp(expect, "ok") != 0)
        ck_assert_msg(!strcmp(verdict_name(verdict), expect), "%s: %s", name,
                      verdict_name(verdict));
    ck_assert_msg(expect || json_object_get(c, "error"), "%s: expects nothing", name);
    json_decref(policies);
    arena_done(&a);
}

START_TEST(all_cases)
{
    json_error_t error;
    json_t *cases = json_load_file(files[_i], JSON_REJECT_DUPLICATES, &error), *c;
    ck_assert_msg(json_is_array(cases), "%s:%d: %s", files[_i], error.line, error.text);
    ck_assert_uint_gt(json_array_size(cases), 0);
    size_t i;
    json_array_foreach(cases, i, c) run_case(c);
    json_decref(cases);
}
END_TEST

int main(int argc, char **argv)
{
    files = (const char *const *)argv + 1;
    Suite *suite = suite_create("policy cases");
    TCase *tests = tcase_create("cases");
    tcase_add_loop_test(tests, all_cases, 0, argc - 1);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed || argc < 2 ? EXIT_FAILURE : EXIT_SUCCESS;
}
