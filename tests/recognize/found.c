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

const char *found_text(struct arena *a, const struct find_sample *sample, bool body,
                       enum recognize_hosts hosts)
{
    struct recognized op;
    struct str scope = sample->scope ? str_of(sample->scope) : (struct str){NULL, 0};
    struct request *rq = wire_request(a, str_of(sample->request));
    ck_assert_ptr_nonnull(rq);
    recognize(a, rq, scope, body, hosts, &op);
    ck_assert_int_eq(op.why != RECOGNIZED, op.reason != NULL);
    ck_assert_int_eq(op.why == RECOGNIZED, op.operation != NULL);
    return op.why ? failures[op.why]
                  : arena_printf(a, "%s.%s %.*s", op.service_id, op.operation, STR_FMT(op.path));
}

void found_check(struct arena *a, const struct find_sample *sample, bool body)
{
    struct str text = str_of(found_text(a, sample, body, RECOGNIZE_HOSTS_OF_SDKS));
    struct str found = str_cut(&text, ' ');
    ck_assert_msg(str_is(found, sample->expected), "%.*s instead of %s: %s", STR_FMT(found),
                  sample->expected, sample->request);
}
