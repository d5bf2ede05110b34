/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/cli/ask.h"

enum { STATUS_RED = 1, STATUS_TROUBLE = 2, TIMEOUT_MS = 60000 };

static const char default_url[] = "http://127.0.0.1:4566";

struct options {
    struct arena *arena;
    const char *url;
    struct buf query;
    bool json;
};

static int complain(const char *message)
{
    fprintf(stderr, "iam-local: report: %s\n", message);
    return STATUS_TROUBLE;
}

/* arn:aws:iam::123456789012:user/alice: access key AKIA..., 120 days old
       aws --endpoint-url ... iam update-access-key ... */
static void print_finding(const json_t *finding)
{
    printf("    ");
    ask_print_plain(ask_text(finding, "about"));
    printf(": ");
    ask_print_plain(ask_text(finding, "what"));
    printf("\n        ");
    ask_print_plain(ask_text(finding, "mend"));
    putchar('\n');
}

/* critical: the root user has access keys (root-access-keys, Security Hub IAM.4) */
static void print_check(const json_t *check)
{
    const json_t *findings = json_object_get(check, "findings");
    json_int_t count = json_integer_value(json_object_get(check, "count"));
    size_t listed = json_array_size(findings);
    if (count == 0)
        return;
    printf("%s: %s (%s, %s)\n", ask_text(check, "severity"), ask_text(check, "title"),
           ask_text(check, "check"), ask_text(check, "source"));
    for (size_t i = 0; i < listed; i++)
        print_finding(json_array_get(findings, i));
    if ((size_t)count > listed)
        printf("    and %lld more\n", (long long)count - (long long)listed);
}

static void print_human(const json_t *report)
{
    const json_t *checks = json_object_get(report, "checks");
    for (size_t i = 0; i < json_array_size(checks); i++)
        print_check(json_array_get(checks, i));
    printf("%s: %lld findings in account %s\n", ask_text(report, "status"),
           (long long)json_integer_value(json_object_get(report, "findings")),
           ask_text(report, "account"));
}

static void print_json(json_t *report)
{
    char *text = json_dumps(report, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    puts(text ? text : "");
    free(text);
}

/* The options with a value, which are the server's to understand; NULL: it is none of them. */
static const char *member_of(struct str name)
{
    static const char *const names[][2] = {
        {"account", "account"}, {"key-age", "key_age"}, {"unused", "unused"}, {"limit", "limit"}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(name, names[i][0]))
            return names[i][1];
    }
    return NULL;
}

/* Reads the argument **argv and moves *argv to its last word; returns what is wrong. */
static const char *read_argument(struct options *o, char *const **argv)
{
    struct str value = str_of(**argv), name = str_cut(&value, '=');
    if (!str_starts(name, STR("--"))) {
        const char *before = o->url;
        o->url = **argv;
        return before ? arena_printf(o->arena, "unexpected argument '%s'", **argv) : NULL;
    }
    name = (struct str){name.p + 2, name.n - 2};
    const char *member = member_of(name);
    if (!value.p && str_is(name, "json")) {
        o->json = true;
        return NULL;
    }
    if (!member)
        return arena_printf(o->arena, "unknown option --%.*s; see --help", STR_FMT(name));
    const char *text = value.p ? value.p : (*argv)[1];
    if (!text)
        return arena_printf(o->arena, "--%.*s: expected a value", STR_FMT(name));
    int64_t number;
    *argv += !value.p;
    if (!str_to_int64(str_of(text), &number))
        return arena_printf(o->arena, "--%.*s: expected a number", STR_FMT(name));
    buf_printf(&o->query, "%c%s=", o->query.n ? '&' : '?', member);
    buf_pct_encode(&o->query, str_of(text), "");
    return NULL;
}

int report_main(struct arena *a, char *const argv[])
{
    struct options o = {.arena = a, .query = buf_new(a, 128)};
    struct url url;
    const char *wrong = NULL;
    for (; *argv && !wrong; argv++)
        wrong = read_argument(&o, &argv);
    if (wrong)
        return complain(wrong);
    if (!url_parse(a, o.url ? o.url : default_url, &url) || url.tls)
        return complain("expected a URL of the form http://HOST:PORT[/PATH]");
    const char *target = arena_printf(a, "/_iam-local/security-report%s", buf_text(&o.query));
    const struct ask ask = {.target = target, .timeout_ms = TIMEOUT_MS};
    json_t *report = ask_json(a, &url, &ask, &wrong);
    if (!report)
        return complain(wrong);
    bool green = strcmp(ask_text(report, "status"), "green") == 0;
    (o.json ? print_json(report) : print_human(report));
    json_decref(report);
    if (fflush(stdout) != 0 || ferror(stdout))
        return complain(strerror(errno));
    return green ? EXIT_SUCCESS : STATUS_RED;
}
