/* SPDX-License-Identifier: Apache-2.0 */
/* Policy templates: what is made from one is no longer than it may be, and can be summed up when it
   is a policy. */
#include <stdlib.h>

#include "err.h"
#include "policy/policy.h"
#include "policy/summary.h"
#include "policy/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const values[] = {"True", "in/*"};
    static const struct template_parameter parameters[] = {{"bucket", values, 1, false},
                                                           {"paths", values, 2, true}};
    struct arena a;
    const char *text;
    const struct policy *policy;
    struct policy_error error;
    arena_init(&a);
    struct str input = {(const char *)data, size};
    int code = template_render(&a, input, parameters, ARRAY_LEN(parameters), &text);
    if (code == OK && strlen(text) > TEMPLATE_POLICY_MAX)
        abort();
    if (code == OK && policy_compile(&a, str_of(text), POLICY_SESSION, &policy, &error) == OK) {
        struct buf summary = buf_new(&a, 256);
        policy_summary(&summary, str_of(text));
        if (!summary.n)
            abort();
    }
    arena_done(&a);
    return 0;
}
