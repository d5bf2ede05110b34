/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/lint.h"

#include <errno.h>
#include <stdio.h>

#include "lint/lint.h"
#include "server/cli/config_priv.h"
#include "server/cli/input.h"

enum { EXIT_CLEAN, EXIT_FINDINGS, EXIT_UNUSABLE };

struct options {
    bool has_kind, json;
    enum policy_kind kind;
};

struct run {
    struct arena *arena;
    struct options options;
    struct buf output, complaints;
    size_t n_findings;
    int status;
};

static void complain(struct run *r, const char *message)
{
    buf_printf(&r->complaints, "iam-local: lint: %s\n", message);
    r->status = EXIT_UNUSABLE;
}

static void misuse(struct run *r, const char *message)
{
    complain(r, arena_printf(r->arena, "%s; see iam-local lint --help", message));
}

static bool read_kind(const char *value, struct options *ret)
{
    static const char *const names[] = {"identity", "resource", "trust",    "managed", "session",
                                        "scp",      "rcp",      "endpoint", NULL};
    int choice = 0; /* in the order of enum policy_kind */
    ret->has_kind = config_choose(names, value, &choice);
    ret->kind = (enum policy_kind)choice;
    return ret->has_kind;
}

static bool read_format(const char *value, struct options *ret)
{
    int choice = 0;
    bool ok = config_choose((const char *const[]){"text", "json", NULL}, value, &choice);
    ret->json = choice == 1;
    return ok;
}

/* Reads the option *argv[0] and moves *argv to its last word. */
static bool read_option(struct run *r, char *const **argv)
{
    struct str value = str_of(**argv);
    struct str name = str_cut(&value, '=');
    bool kind = str_is(name, "--kind");
    if (!kind && !str_is(name, "--format")) {
        misuse(r, arena_printf(r->arena, "unknown option %.*s", STR_FMT(name)));
        return false;
    }
    if (!value.p && (*argv)[1])
        value = str_of(*++*argv);
    bool ok =
        value.p && (kind ? read_kind(value.p, &r->options) : read_format(value.p, &r->options));
    if (!ok && kind)
        misuse(r, "--kind: expected identity, managed, session, resource, trust, scp, rcp or "
                  "endpoint");
    else if (!ok)
        misuse(r, "--format: expected text or json");
    return ok;
}

static const char *type_name(enum lint_type type, bool json)
{
    static const char *const words[] = {
        [LINT_ERROR] = "error",
        [LINT_SECURITY_WARNING] = "security-warning",
        [LINT_WARNING] = "warning",
        [LINT_SUGGESTION] = "suggestion",
    };
    static const char *const symbols[] = {
        [LINT_ERROR] = "ERROR",
        [LINT_SECURITY_WARNING] = "SECURITY_WARNING",
        [LINT_WARNING] = "WARNING",
        [LINT_SUGGESTION] = "SUGGESTION",
    };
    return json ? symbols[type] : words[type];
}

static void add_member(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, ", \"%s\": ", name);
    buf_json(b, str_of(value));
}

static void add_json(struct run *r, const char *file, const struct lint_finding *finding)
{
    struct buf *b = &r->output;
    buf_add_text(b, r->n_findings ? ",\n  {\"file\": " : "\n  {\"file\": ");
    buf_json(b, str_of(file));
    buf_printf(b, ", \"line\": %zu, \"column\": %zu", finding->line, finding->column);
    add_member(b, "type", type_name(finding->type, true));
    add_member(b, "code", finding->code);
    add_member(b, "message", finding->message);
    add_member(b, "fix", finding->fix);
    buf_add_char(b, '}');
}

/* What a document says must not steer the terminal. */
static const char *visible(struct arena *a, const char *text)
{
    char *copy = arena_strdup(a, text);
    for (char *p = copy; *p; p++) {
        if ((unsigned char)*p < ' ' || *p == '\x7f')
            *p = ' ';
    }
    return copy;
}

static void add_finding(struct run *r, const char *file, const struct lint_finding *finding)
{
    if (r->options.json)
        add_json(r, file, finding);
    else
        buf_printf(&r->output, "%s:%zu:%zu: %s %s: %s (fix: %s)\n", file, finding->line,
                   finding->column, type_name(finding->type, false), finding->code,
                   visible(r->arena, finding->message), visible(r->arena, finding->fix));
    r->n_findings++;
    if (finding->type != LINT_SUGGESTION && r->status == EXIT_CLEAN)
        r->status = EXIT_FINDINGS;
}

static void lint_file(struct run *r, const char *name)
{
    struct str text;
    const char *message = NULL;
    if (!input_read(r->arena, name, &text, &message)) {
        complain(r, message);
        return;
    }
    struct lint_report report;
    enum policy_kind kind = r->options.has_kind ? r->options.kind : lint_guess_kind(r->arena, text);
    lint_document(r->arena, text, kind, &report);
    for (size_t i = 0; i < report.n; i++)
        add_finding(r, name, &report.findings[i]);
}

static void lint_files(struct run *r, const char *const *files, size_t n)
{
    if (r->options.json)
        buf_add_char(&r->output, '[');
    for (size_t i = 0; i < n; i++)
        lint_file(r, files[i]);
    if (r->options.json)
        buf_add_text(&r->output, r->n_findings ? "\n]\n" : "]\n");
}

static void read_arguments(struct run *r, char *const arguments[])
{
    size_t n = 0, count = 0;
    while (arguments[count])
        count++;
    const char **files = NEW_ARRAY(r->arena, const char *, count + 1);
    for (char *const *argv = arguments; *argv; argv++) {
        if (**argv != '-' || str_is(str_of(*argv), "-"))
            files[n++] = *argv;
        else if (!read_option(r, &argv))
            return;
    }
    if (n == 0)
        misuse(r, "expected a FILE, or - for standard input");
    else
        lint_files(r, files, n);
}

struct lint_result lint_command(struct arena *a, char *const arguments[])
{
    struct run r = {
        .arena = a,
        .output = buf_new(a, 1024),
        .complaints = buf_new(a, 128),
        .status = EXIT_CLEAN,
    };
    read_arguments(&r, arguments);
    return (struct lint_result){buf_text(&r.output), buf_text(&r.complaints), r.status};
}
