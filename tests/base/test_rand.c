/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/rand.h"
#include "support/suite.h"

enum { N = 2000 }; /* several pools */

static void take(struct rand *r, size_t step, unsigned char ret[static N])
{
    for (size_t at = 0; at < N; at += step)
        rand_bytes(r, ret + at, step < N - at ? step : N - at);
}

/* The first outputs of SplitMix64 for this seed, from its authors' reference code. */
START_TEST(test_known_sequence)
{
    static const uint64_t expected[] = {6457827717110365317U, 3203168211198807973U,
                                        9817491932198370423U, 4593380528125082431U,
                                        16408922859458223821U};
    struct rand r;
    rand_init_seeded(&r, 1234567);
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        uint64_t word = 0;
        rand_bytes(&r, (unsigned char *)&word, sizeof word);
        ck_assert_uint_eq(word, expected[i]);
    }
    rand_done(&r);
}
END_TEST

START_TEST(test_seeded_sequences_repeat)
{
    unsigned char first[N], second[N], other[N];
    struct rand r;
    rand_init_seeded(&r, 7);
    take(&r, 1, first);
    rand_done(&r);
    rand_init_seeded(&r, 7);
    take(&r, 37, second); /* the pieces asked for make no difference */
    rand_done(&r);
    rand_init_seeded(&r, 8);
    take(&r, 37, other);
    rand_done(&r);
    ck_assert_mem_eq(first, second, N);
    ck_assert_mem_ne(first, other, N);
    ck_assert_mem_ne(first, first + 512, 512);
}
END_TEST

START_TEST(test_restart)
{
    unsigned char first[N], second[N];
    struct rand r;
    rand_init_seeded(&r, 7);
    take(&r, 100, first);
    rand_restart(&r, 7);
    take(&r, 100, second);
    ck_assert_mem_eq(first, second, N);
    rand_restart(&r, 9);
    take(&r, 100, second);
    ck_assert_mem_ne(first, second, N);
    rand_done(&r);
}
END_TEST

START_TEST(test_kernel_randomness_does_not_repeat)
{
    unsigned char first[N], second[N];
    struct rand r;
    rand_init(&r);
    rand_restart(&r, 7);
    take(&r, 100, first);
    rand_restart(&r, 7);
    take(&r, 100, second);
    rand_done(&r);
    ck_assert_mem_ne(first, second, N);
    unsigned seen = 0;
    bool values[256] = {false};
    for (size_t i = 0; i < N; i++) {
        seen += !values[first[i]];
        values[first[i]] = true;
    }
    ck_assert_uint_gt(seen, 200); /* 255.9 of 256 are expected */
}
END_TEST

START_TEST(test_no_bytes)
{
    unsigned char first, second, untouched = 'x';
    struct rand r;
    rand_init_seeded(&r, 1);
    rand_bytes(&r, &untouched, 0);
    ck_assert_int_eq(untouched, 'x');
    rand_bytes(&r, &first, 1);
    rand_restart(&r, 1);
    rand_bytes(&r, &second, 1);
    ck_assert_int_eq(first, second);
    rand_done(&r);
}
END_TEST

/* Bytes handed out are wiped from the pool. */
START_TEST(test_pool_forgets)
{
    static const unsigned char zeroes[100];
    unsigned char bytes[100];
    struct rand r;
    rand_init(&r);
    rand_bytes(&r, bytes, sizeof bytes);
    ck_assert_mem_eq(r.pool, zeroes, sizeof zeroes);
    ck_assert_mem_ne(bytes, zeroes, sizeof zeroes);
    rand_done(&r);
}
END_TEST

static void *hammer(void *context)
{
    unsigned char bytes[N];
    for (int i = 0; i < 50; i++)
        take(context, 33, bytes);
    return NULL;
}

START_TEST(test_threads)
{
    struct rand r;
    rand_init_seeded(&r, 3);
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, hammer, &r), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    ck_assert_uint_le(r.left, sizeof r.pool);
    rand_done(&r);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, test_known_sequence);
    tcase_add_test(tc, test_seeded_sequences_repeat);
    tcase_add_test(tc, test_restart);
    tcase_add_test(tc, test_kernel_randomness_does_not_repeat);
    tcase_add_test(tc, test_no_bytes);
    tcase_add_test(tc, test_pool_forgets);
    tcase_add_test(tc, test_threads);
    return suite_run("rand", tc);
}
