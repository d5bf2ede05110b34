/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "support/suite.h"

/* How a child ends that ENSUREs VALUE, and what it says. */
static int end_of_child(int value, char *said, size_t size)
{
    int pipe_ends[2];
    ck_assert_int_eq(pipe(pipe_ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(pipe_ends[1], STDERR_FILENO);
        ENSURE(value == 1);
        _exit(0);
    }
    close(pipe_ends[1]);
    ssize_t n = read(pipe_ends[0], said, size - 1);
    said[n > 0 ? n : 0] = '\0';
    close(pipe_ends[0]);
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

START_TEST(test_it_ends_the_program)
{
    char said[256];
    int status = end_of_child(1, said, sizeof said);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ck_assert_str_eq(said, "");
    status = end_of_child(2, said, sizeof said);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    ck_assert_ptr_nonnull(strstr(said, "test_ensure.c:"));
    ck_assert_ptr_nonnull(strstr(said, "value == 1\n"));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, test_it_ends_the_program);
    return suite_run("ensure", tc);
}
