/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "base/mem.h"
#include "embed/embed_priv.h"

static_assert((int)IAM_POLICY_IDENTITY == POLICY_IDENTITY &&
                  (int)IAM_POLICY_TRUST == POLICY_TRUST &&
                  (int)IAM_POLICY_SESSION == POLICY_SESSION &&
                  (int)IAM_POLICY_ENDPOINT == POLICY_ENDPOINT,
              "kinds are the same inside and outside");

void iam_on_out_of_memory(void (*handler)(void))
{
    mem_on_exhaustion(handler);
}

static void tell(struct iam_policy_error *ret, const struct policy_error *error)
{
    size_t n = strlen(error->message);
    if (n >= sizeof ret->message)
        n = sizeof ret->message - 1;
    memcpy(ret->message, error->message, n);
    ret->message[n] = '\0';
    ret->line = error->line;
    ret->column = error->column;
}

struct iam_policy *iam_policy_compile(const char *text, size_t n, enum iam_policy_kind kind,
                                      struct iam_policy_error *error)
{
    struct policy_error why;
    struct iam_policy *policy = mem_alloc(sizeof *policy);
    arena_init(&policy->arena);
    if (policy_compile(&policy->arena, (struct str){text, n}, (enum policy_kind)kind,
                       &policy->compiled, &why) >= 0)
        return policy;
    if (error)
        tell(error, &why);
    iam_policy_free(policy);
    return NULL;
}

void iam_policy_free(struct iam_policy *policy)
{
    if (!policy)
        return;
    arena_done(&policy->arena);
    mem_free(policy);
}
