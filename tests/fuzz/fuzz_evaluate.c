/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines for the evaluator. Whatever they are, each gets no answer or one line of JSON that is
 * well formed, and an explanation does not change what was decided.
 */
#include "evaluate/evaluate.h"
#include "policy/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *encode(void *owner, struct arena *a, const char *account, struct str failure)
{
    const struct node *root;
    size_t bad;
    if (!node_read(a, failure, &root, &bad))
        __builtin_trap();
    *(size_t *)owner += strlen(account);
    return "sealed";
}

/* The decision in an answer; p == NULL: an error, or no answer. */
static struct str check_answer(struct arena *a, const struct buf *out)
{
    const struct node *root;
    size_t bad;
    if (out->n == 0)
        return (struct str){NULL, 0};
    bool one_line = memchr(out->p, '\n', out->n) == out->p + out->n - 1;
    if (!one_line || !node_read(a, buf_str(out), &root, &bad))
        __builtin_trap();
    const struct node *decision = node_get(root, "decision");
    return decision ? decision->text : (struct str){NULL, 0};
}

static struct str ask(struct evaluator *evaluator, struct arena *a, struct str line, bool all)
{
    size_t accounts = 0;
    const struct evaluate_options options = {
        .explain = all, .encode = all ? encode : NULL, .owner = &accounts};
    struct buf out = buf_new(a, 1024);
    const char *reason = NULL;
    enum evaluated result = evaluate_line(evaluator, a, line, &options, &out, &reason);
    if ((result == EVALUATED_MALFORMED || result == EVALUATED_OTHERWISE) != (reason != NULL))
        __builtin_trap();
    return check_answer(a, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = {(const char *)data, size};
    struct evaluator *plain = evaluator_new(), *explaining = evaluator_new();
    struct arena a;
    arena_init(&a);
    while (rest.p) {
        struct str line = str_cut(&rest, '\n');
        struct str decision = ask(plain, &a, line, false);
        if (!str_eq(decision, ask(explaining, &a, line, true)))
            __builtin_trap();
    }
    arena_done(&a);
    evaluator_free(plain);
    evaluator_free(explaining);
    return 0;
}
