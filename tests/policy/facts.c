/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/facts.h"

static bool find(const struct policy_context *context, const struct policy_key *key,
                 struct policy_values *ret)
{
    const struct facts *facts = (const struct facts *)context;
    for (size_t i = 0; i < facts->n; i++) {
        const struct fact *fact = &facts->v[i];
        if (str_eq_fold(key->folded, str_of(fact->key))) {
            *ret = (struct policy_values){fact->v, fact->n, fact->multivalued};
            return true;
        }
    }
    return false;
}

struct facts facts_of(const struct fact *v, size_t n)
{
    return (struct facts){{.find = find}, v, n};
}
