/* SPDX-License-Identifier: Apache-2.0 */
/* What all checks use: findings, the facts about services, the kind of the document. */
#include "lint/lint_priv.h"

void lint_add(struct lint *l, size_t offset, const struct issue *issue, const char *format, ...)
{
    if (l->n_findings == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 16, size = sizeof *l->findings;
        l->findings = arena_grow(l->arena, l->findings, l->cap * size, cap * size);
        l->cap = cap;
    }
    va_list args;
    va_start(args, format);
    l->findings[l->n_findings] = (struct raw_finding){
        .issue = issue,
        .message = arena_vprintf(l->arena, format, args),
        .offset = offset,
        .number = l->n_findings,
    };
    va_end(args);
    l->n_findings++;
}

const struct reference_service *lint_service(struct lint *l, struct str prefix)
{
    for (const struct loaded *loaded = l->services; loaded; loaded = loaded->next) {
        if (str_eq_fold(loaded->service->name, prefix))
            return loaded->service;
    }
    const struct reference_service *service = reference_load(l->arena, prefix);
    if (!service)
        return NULL;
    struct loaded *loaded = NEW(l->arena, struct loaded);
    *loaded = (struct loaded){service, l->services};
    l->services = loaded;
    return service;
}

bool lint_may_guess(struct lint *l)
{
    enum { MOST_GUESSES = 32 };
    return l->guesses++ < MOST_GUESSES;
}

bool lint_grants(const struct lint *l)
{
    return l->kind == POLICY_IDENTITY || l->kind == POLICY_MANAGED;
}
