/* SPDX-License-Identifier: Apache-2.0 */
#include "found.h"

#include <check.h>

#include "../support/wire.h"

static const char *const failures[] = {
    [RECOGNIZE_NO_SERVICE] = "NO_SERVICE",   [RECOGNIZE_NO_OPERATION] = "NO_OPERATION",
    [RECOGNIZE_AMBIGUOUS] = "AMBIGUOUS",     [RECOGNIZE_NEEDS_BODY] = "NEEDS_BODY",
    [RECOGNIZE_MALFORMED] = "MALFORMED",     [RECOGNIZE_TOO_MANY] = "TOO_MANY",
    [RECOGNIZE_NOT_IN_DATA] = "NOT_IN_DATA",
};

const char *found_text(struct arena *a, const struct request *rq, const char *scope, bool body,
                       bool path)
{
    struct recognized op;
    recognize(a, rq, scope ? str_of(scope) : (struct str){NULL, 0}, body, &op);
    ck_assert_int_eq(op.why != RECOGNIZED, op.reason != NULL);
    ck_assert_int_eq(op.why == RECOGNIZED, op.operation != NULL);
    if (op.why)
        return failures[op.why];
    if (path)
        return arena_printf(a, "%s.%s %.*s", op.service_id, op.operation, STR_FMT(op.path));
    return arena_printf(a, "%s.%s", op.service_id, op.operation);
}

void found_check(struct arena *a, const struct find_sample *sample, bool body, bool path)
{
    struct request *rq = wire_request(a, str_of(sample->request));
    ck_assert_ptr_nonnull(rq);
    const char *text = found_text(a, rq, sample->scope, body, path);
    ck_assert_msg(strcmp(text, sample->expected) == 0, "%s instead of %s: %s", text,
                  sample->expected, sample->request);
}
