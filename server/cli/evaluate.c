/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/evaluate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "access/sealed.h"
#include "evaluate/evaluate.h"
#include "server/cli/config.h"

enum { STATUS_FAILED = 1, STATUS_MALFORMED = 2 };

struct run {
    struct evaluator *evaluator;
    struct arena arena;
    struct evaluate_options options;
    size_t asked, passed, failed, malformed;
};

static int complain(const char *what, const char *why)
{
    fprintf(stderr, "iam-local: evaluate: %s: %s\n", what, why);
    return STATUS_MALFORMED;
}

static const char *seal_failure(void *owner, struct arena *a, const char *account,
                                struct str failure)
{
    return sealed_write(a, owner, account, failure);
}

static void run_line(struct run *run, struct str line)
{
    const char *reason = NULL;
    struct buf out = buf_new(&run->arena, 1024);
    run->options.number++;
    enum evaluated result =
        evaluate_line(run->evaluator, &run->arena, line, &run->options, &out, &reason);
    fwrite(out.p, 1, out.n, stdout);
    run->asked += result != EVALUATED_NOTHING;
    run->passed += result == EVALUATED_AS_EXPECTED;
    run->failed += result == EVALUATED_OTHERWISE;
    run->malformed += result == EVALUATED_MALFORMED;
    if (reason)
        fprintf(stderr, "iam-local: evaluate: line %zu: %s\n", run->options.number, reason);
    arena_reset(&run->arena);
}

static int run_file(struct run *run, FILE *file, const char *name)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    while (errno = 0, (n = getline(&line, &cap, file)) >= 0)
        run_line(run, (struct str){line, (size_t)n - (n > 0 && line[n - 1] == '\n')});
    int error = errno;
    free(line);
    if (ferror(file) || !feof(file))
        return complain(name, strerror(error));
    if (fflush(stdout) != 0)
        return complain("standard output", strerror(errno));
    if (run->asked == 0) /* a test whose lines are lost must not pass */
        return complain(name, "no line asks anything");
    if (run->passed + run->failed)
        fprintf(stderr, "%zu passed, %zu failed\n", run->passed, run->failed);
    if (run->malformed)
        return STATUS_MALFORMED;
    return run->failed ? STATUS_FAILED : EXIT_SUCCESS;
}

static int run_named(struct run *run, const char *name)
{
    if (!name || strcmp(name, "-") == 0)
        return run_file(run, stdin, "standard input");
    FILE *file = fopen(name, "re");
    if (!file)
        return complain(name, strerror(errno));
    int status = run_file(run, file, name);
    fclose(file);
    return status;
}

int evaluate_main(char *const argv[])
{
    unsigned char key[SEALED_KEY_SIZE];
    struct run run = {.options.owner = key};
    const char *name = NULL, *secret = getenv("IAM_LOCAL_ROOT_SECRET_ACCESS_KEY");
    sealed_key(str_of(secret && *secret ? secret : CONFIG_WELL_KNOWN_SECRET), key);
    for (; *argv; argv++) {
        bool option = **argv == '-' && (*argv)[1];
        if (strcmp(*argv, "--explain") == 0)
            run.options.explain = true;
        else if (strcmp(*argv, "--encode") == 0)
            run.options.encode = seal_failure;
        else if (option || name)
            return complain(*argv, "unexpected argument; see iam-local evaluate --help");
        else
            name = *argv;
    }
    arena_init(&run.arena);
    run.evaluator = evaluator_new();
    int status = run_named(&run, name);
    evaluator_free(run.evaluator);
    arena_done(&run.arena);
    return status;
}
