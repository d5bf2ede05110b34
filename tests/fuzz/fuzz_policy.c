/* SPDX-License-Identifier: Apache-2.0 */
/* A document as every kind of policy; what is accepted is asked with a trace and without one. A
   trust policy stays one when its principals are replaced by unique ids. */
#include "policy/facts.h"
#include "policy/principals.h"
#include "policy/twice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct arena *a, const struct policy *policy)
{
    struct str user = STR("alice"), tags[] = {STR("a"), STR("b")};
    const struct fact v[] = {{"aws:username", &user, 1, false}, {"aws:TagKeys", tags, 2, true}};
    struct facts facts = facts_of(v, ARRAY_LEN(v));
    struct policy_request request = {
        STR("iam:GetUser"), STR("arn:aws:iam::111122223333:user/alice"), &facts.base, NULL, NULL};
    struct policy_trace trace = {.arena = a};
    struct policy_subject subject = policy_prepare(&request);
    struct policy_result plain = policy_eval(policy, &subject, NULL);
    struct policy_result traced = policy_eval(policy, &subject, &trace);
    if (plain.verdict != traced.verdict || plain.statement != traced.statement)
        __builtin_trap();
}

static void rename_principals(struct arena *a, struct str text)
{
    struct str *names;
    size_t n = principals_named(a, text, &names);
    struct principal_name *new_names = NEW_ARRAY(a, struct principal_name, n);
    for (size_t i = 0; i < n; i++)
        new_names[i] = (struct principal_name){str_dup(a, names[i]), "AIDAZL6XWCR2MLDRO6EIG"};
    const struct policy *policy;
    struct policy_error error;
    struct str same = str_of(principals_rename(a, text, new_names, 0));
    struct str ids = str_of(principals_rename(a, text, new_names, n));
    if (!str_eq(same, text) || policy_compile(a, ids, POLICY_TRUST, &policy, &error) != OK)
        __builtin_trap();
    if (principals_named(a, ids, &names) != (n > 0))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena a;
    arena_init(&a);
    for (enum policy_kind kind = POLICY_IDENTITY; kind <= POLICY_ENDPOINT; kind++) {
        const struct policy *policy = NULL;
        struct policy_error error = {.message = NULL};
        bool same;
        if (compile_twice(&a, text, kind, &policy, &error, &same) == OK)
            ask(&a, policy);
        else if (policy || !error.message || error.line == 0 || error.column == 0)
            __builtin_trap();
        if (!same)
            __builtin_trap();
        if (policy && kind == POLICY_TRUST)
            rename_principals(&a, text);
        arena_reset(&a);
    }
    arena_done(&a);
    return 0;
}
