/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/evaluate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "access/sealed.h"
#include "evaluate/evaluate.h"
#include "server/cli/config.h"
#include "server/cli/stored.h"

enum { STATUS_FAILED = 1, STATUS_MALFORMED = 2 };

static const char default_url[] = "http://127.0.0.1:4566";

struct run {
    struct evaluator *evaluator;
    struct arena arena;
    struct evaluate_options options;
    struct url url; /* of the server that lines about stored principals are for */
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

static enum evaluated decide(struct run *run, struct str line, struct buf *out, const char **reason)
{
    if (stored_is(line))
        return stored_evaluate(&run->arena, &run->url, line, run->options.number, out, reason);
    return evaluate_line(run->evaluator, &run->arena, line, &run->options, out, reason);
}

static void run_line(struct run *run, struct str line)
{
    const char *reason = NULL;
    struct buf out = buf_new(&run->arena, 1024);
    run->options.number++;
    enum evaluated result = decide(run, line, &out, &reason);
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

/* The value of --url, which may be the next word. */
static const char *url_of(char *const **argv)
{
    struct str value = str_of(**argv);
    str_cut(&value, '=');
    if (value.p)
        return value.p;
    return (*argv)[1] ? *++*argv : "";
}

/* Returns the argument that is not to be, or NULL. */
static const char *read_arguments(struct run *run, char *const argv[], const char **name,
                                  const char **url)
{
    for (; *argv; argv++) {
        bool option = **argv == '-' && (*argv)[1];
        if (strcmp(*argv, "--explain") == 0)
            run->options.explain = true;
        else if (strcmp(*argv, "--encode") == 0)
            run->options.encode = seal_failure;
        else if (strcmp(*argv, "--url") == 0 || str_starts(str_of(*argv), STR("--url=")))
            *url = url_of(&argv);
        else if (option || *name)
            return *argv;
        else
            *name = *argv;
    }
    return NULL;
}

static int run_all(struct run *run, const char *name, const char *url)
{
    struct arena of_url; /* the other one is reset with each line */
    arena_init(&of_url);
    int status = STATUS_MALFORMED;
    if (url_parse(&of_url, url, &run->url) && !run->url.tls)
        status = run_named(run, name);
    else
        complain(url, "expected a URL of the form http://HOST:PORT[/PATH]");
    arena_done(&of_url);
    return status;
}

int evaluate_main(char *const argv[])
{
    unsigned char key[SEALED_KEY_SIZE];
    struct run run = {.options.owner = key};
    const char *name = NULL, *url = default_url;
    const char *secret = getenv("IAM_LOCAL_ROOT_SECRET_ACCESS_KEY");
    sealed_key(str_of(secret && *secret ? secret : CONFIG_WELL_KNOWN_SECRET), key);
    const char *unexpected = read_arguments(&run, argv, &name, &url);
    if (unexpected)
        return complain(unexpected, "unexpected argument; see iam-local evaluate --help");
    arena_init(&run.arena);
    run.evaluator = evaluator_new();
    int status = run_all(&run, name, url);
    evaluator_free(run.evaluator);
    arena_done(&run.arena);
    return status;
}
