/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "support/suite.h"

/* Asked by the sanitizers, which otherwise end a program that wants too much memory. */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

START_TEST(test_alloc_zeroes)
{
    unsigned char *memory = mem_alloc(1000);
    for (size_t i = 0; i < 1000; i++)
        ck_assert_uint_eq(memory[i], 0);
    mem_free(memory);
}
END_TEST

START_TEST(test_realloc_keeps_content)
{
    char *text = mem_realloc(NULL, 6);
    memcpy(text, "hello", 6);
    text = mem_realloc(text, 100000);
    ck_assert_str_eq(text, "hello");
    mem_free(text);
}
END_TEST

START_TEST(test_strdup_copies)
{
    char original[] = "text";
    char *copy = mem_strdup(original);
    original[0] = 'n';
    ck_assert_str_eq(copy, "text");
    mem_free(copy);
    mem_free(NULL);
}
END_TEST

static void leave(void)
{
    _exit(42);
}

static void take_too_much(bool again)
{
    /* The largest object there may be is half the address space; nobody has that. */
    volatile size_t size = PTRDIFF_MAX - 4096;
    mem_on_exhaustion(leave);
    if (again)
        mem_free(mem_realloc(NULL, size));
    else
        mem_free(mem_alloc(size));
    _exit(0);
}

START_TEST(test_exhaustion_is_reported)
{
    pid_t child = fork();
    if (child == 0) {
        close(STDERR_FILENO);
        take_too_much(_i);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 42);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, test_alloc_zeroes);
    tcase_add_test(tc, test_realloc_keeps_content);
    tcase_add_test(tc, test_strdup_copies);
    tcase_add_loop_test(tc, test_exhaustion_is_reported, 0, 2);
    return suite_run("mem", tc);
}
