/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Management policies and what they are merged into. The input is the name of a type and, each
 * behind a NUL, documents with the digit of their level in front. An effective policy is JSON
 * without operators, and the same documents make the same one.
 */
#include "inheritance/inheritance.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 16 };

static void check_plain(const struct node *node)
{
    if (node->key.n > 1 && node->key.p[0] == '@' && node->key.p[1] == '@')
        __builtin_trap();
    for (const struct node *member = node->first; member; member = member->next)
        check_plain(member);
}

static size_t read_policies(struct arena *a, const struct inherit_rule *grammar, struct str rest,
                            struct inherit_policy *policies)
{
    size_t n = 0, level = 0;
    while (rest.n && n < MOST) {
        struct str document = str_cut(&rest, '\0');
        struct policy_error error;
        if (document.n && ascii_is_digit(document.p[0]) && (size_t)(document.p[0] - '0') > level)
            level = (size_t)(document.p[0] - '0');
        if (document.n)
            document = (struct str){document.p + 1, document.n - 1};
        policies[n] = (struct inherit_policy){.id = "p", .level = level};
        if (inherit_read(a, document, grammar, &policies[n].document, &error) == OK)
            n++;
        else if (error.line == 0 || !error.hint)
            __builtin_trap();
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = {(const char *)data, size};
    struct arena a;
    arena_init(&a);
    const struct inherit_rule *grammar = inherit_grammar(str_dup(&a, str_cut(&rest, '\0')));
    if (grammar) {
        struct inherit_policy policies[MOST];
        const struct inherit_fault *faults;
        const struct node *root;
        size_t bad, n = read_policies(&a, grammar, rest, policies);
        const struct inherit_setting *merged = inherit_merge(&a, grammar, policies, n);
        const char *text = inherit_text(&a, merged);
        if (!node_read(&a, str_of(text), &root, &bad))
            __builtin_trap();
        check_plain(root);
        inherit_faults(&a, merged, &faults);
        if (strcmp(text, inherit_text(&a, inherit_merge(&a, grammar, policies, n))) != 0)
            __builtin_trap();
    }
    arena_done(&a);
    return 0;
}
