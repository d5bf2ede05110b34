/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>

#include "federation/federation.h"
#include "support/saml.h"
#include "support/suite.h"

static void *load(UNUSED void *context)
{
    const char *why = NULL;
    const struct federation *found = federation_load(&why);
    ck_assert_msg(found != NULL, "%s", why);
    return (void *)(uintptr_t)found;
}

START_TEST(test_every_thread_gets_the_module)
{
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, load, NULL), 0);
    const void *first = load(NULL);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *found = NULL;
        pthread_join(threads[i], &found);
        ck_assert_ptr_eq(found, first);
    }
}
END_TEST

START_TEST(test_results_are_of_the_callers_arena)
{
    struct arena a;
    arena_init(&a);
    const char *why = NULL;
    const struct federation *federation = federation_load(&why);
    struct saml_metadata metadata;
    ck_assert_int_eq(federation->saml_metadata(
                         &a, str_of(saml_metadata(&a, saml_idp_certificate, "")), &metadata, &why),
                     OK);
    ck_assert_str_eq(metadata.issuer, SAML_IDP);
    arena_done(&a);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, test_every_thread_gets_the_module);
    tcase_add_test(tc, test_results_are_of_the_callers_arena);
    return suite_run("federation_load", tc);
}
