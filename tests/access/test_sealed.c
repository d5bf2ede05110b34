/* SPDX-License-Identifier: Apache-2.0 */
#include "access/sealed.h"
#include "support/suite.h"

#define OURS "123456789012"

static struct arena a;
static unsigned char key[SEALED_KEY_SIZE];

static void setup(void)
{
    arena_init(&a);
    sealed_key(STR("secret"), key);
}

static void teardown(void)
{
    arena_done(&a);
}

static bool opens(const char *message, const char *account)
{
    return sealed_read(&a, key, account, str_of(message)).p != NULL;
}

START_TEST(test_round_trip)
{
    char *text = arena_alloc(&a, 20000);
    for (size_t i = 0; i < 20000; i++)
        text[i] = (char)('a' + i * i % 26);
    static const size_t sizes[] = {0, 1, 2, 3, 4, 15, 16, 17, 1000, 20000};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct str wanted = {text, sizes[i]};
        const char *message = sealed_write(&a, key, OURS, wanted);
        ck_assert_uint_eq(strspn(message, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                          "0123456789-_"),
                          strlen(message));
        struct str got = sealed_read(&a, key, OURS, str_of(message));
        ck_assert(got.p && str_eq(got, wanted));
        ck_assert_uint_eq(strlen(got.p), got.n);
    }
}
END_TEST

START_TEST(test_foreign)
{
    const char *message = sealed_write(&a, key, OURS, STR("{\"allowed\":false}"));
    ck_assert(opens(message, OURS));
    ck_assert(!opens(message, "111122223333"));
    ck_assert(!opens(message, ""));
    sealed_key(STR("another secret"), key);
    ck_assert(!opens(message, OURS));
}
END_TEST

/* Every character changed, left out, or put in once more. */
START_TEST(test_altered)
{
    const char *message = sealed_write(&a, key, OURS, STR("{\"allowed\":false}"));
    size_t n = strlen(message);
    for (size_t i = 0; i + 1 < n; i++) {
        char *other = arena_strdup(&a, message);
        other[i] = (char)(other[i] == 'A' ? 'B' : 'A');
        ck_assert(!opens(other, OURS));
        other[i] = '\n';
        ck_assert(!opens(other, OURS));
        ck_assert(!opens(arena_printf(&a, "%.*s%s", (int)i, message, message + i + 1), OURS));
        ck_assert(!opens(arena_printf(&a, "%.*sA%s", (int)i, message, message + i), OURS));
    }
    ck_assert(!opens("", OURS));
    ck_assert(!opens("A", OURS));
    ck_assert(!opens("====", OURS));
}
END_TEST

START_TEST(test_bytes)
{
    struct str text = STR("{\"allowed\":false}"), sealed = sealed_bytes(&a, key, OURS, text);
    ck_assert(str_eq(sealed_open(&a, key, OURS, sealed), text));
    ck_assert_ptr_null(sealed_open(&a, key, "111122223333", sealed).p);
    while (sealed.n--)
        ck_assert_ptr_null(sealed_open(&a, key, OURS, sealed).p);
    ck_assert_ptr_null(sealed_open(&a, key, OURS, (struct str){NULL, 0}).p);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_round_trip);
    tcase_add_test(tc, test_foreign);
    tcase_add_test(tc, test_altered);
    tcase_add_test(tc, test_bytes);
    return suite_run("sealed", tc);
}
