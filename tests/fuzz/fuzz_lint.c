/* SPDX-License-Identifier: Apache-2.0 */
/* A document, linted as every kind of policy and as the kind that is guessed. */
#include "lint/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void lint(struct arena *a, struct str text, enum policy_kind kind)
{
    struct lint_report report;
    lint_document(a, text, kind, &report);
    for (size_t i = 0; i < report.n; i++) {
        const struct lint_finding *found = &report.findings[i];
        bool sorted = i == 0 || found->line > found[-1].line ||
                      (found->line == found[-1].line && found->column >= found[-1].column);
        if (!found->code || !found->message || !found->fix || found->line == 0 ||
            found->column == 0 || !sorted)
            __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena a;
    arena_init(&a);
    for (enum policy_kind kind = POLICY_IDENTITY; kind <= POLICY_ENDPOINT; kind++) {
        lint(&a, text, kind);
        arena_reset(&a);
    }
    lint(&a, text, lint_guess_kind(&a, text));
    arena_done(&a);
    return 0;
}
