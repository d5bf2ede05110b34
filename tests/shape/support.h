/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of lib/shape share: an arena, and decoding a body that must be well formed. */
#pragma once

#include <check.h>
#include <stdlib.h>

#include "shape/decode.h"
#include "shape/encode.h"
#include "shape/form.h"

struct fix {
    struct arena arena;
    const char *message;
};

static inline void fix_init(struct fix *f)
{
    *f = (struct fix){.message = NULL};
    arena_init(&f->arena);
}

static inline void fix_done(struct fix *f)
{
    arena_done(&f->arena);
}

static inline int fix_decode(struct fix *f, const char *body, const struct shape *shape, void *ret)
{
    struct node tree;
    ck_assert_int_eq(form_parse(&f->arena, str_of(body), &tree), OK);
    f->message = NULL;
    return shape_decode(&f->arena, shape, &tree, ret, &f->message);
}

static inline int fix_run(const char *name, TCase *tcase)
{
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
