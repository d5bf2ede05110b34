/* SPDX-License-Identifier: Apache-2.0 */
/* The end of every test program: one suite of one case. */
#pragma once

#include <check.h>
#include <stdlib.h>

/* Runs TCASE as the suite NAME; returns the exit status. */
static inline int suite_run(const char *name, TCase *tcase)
{
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
