/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/decisions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/cli/stream.h"

enum { STATUS_UNREACHABLE = 1, STATUS_USAGE = 2, TIMEOUT_MS = 30000 };

static const char default_url[] = "http://127.0.0.1:4566";

struct options {
    struct arena *arena;
    struct url url;
    struct buf filters; /* "&name=value", for the query */
    bool json, follow;
};

static int complain(const char *message, int status)
{
    fprintf(stderr, "iam-local: decisions: %s\n", message);
    return status;
}

static void print_json(const char *before, const json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII);
    printf("%s", before);
    ask_print_plain(text ? text : "");
    free(text);
}

/* What the request was that nobody knows, and why it is not known. */
static void print_unread(const json_t *line)
{
    if (!json_object_get(line, "request"))
        return;
    printf("    ");
    ask_print_plain(ask_text(line, "request"));
    printf(": ");
    ask_print_plain(ask_text(line, "reason"));
    putchar('\n');
}

/* Who did not sign is nobody by name; what could not be read has no action. */
static const char *word(const json_t *line, const char *name)
{
    const char *text = ask_text(line, name);
    bool unsigned_one = !*text && strcmp(name, "principal") == 0 && *ask_text(line, "action");
    return unsigned_one ? "anonymous" : text;
}

/* 2026-01-31T12:00:00Z ImplicitDeny arn:aws:iam::123456789012:user/alice s3:GetObject
   arn:aws:s3:::reports/q3.pdf
       identity needs {"Effect":"Allow","Action":"s3:GetObject", ... }, in one line. */
static void print_human(const json_t *line)
{
    static const char *const names[] = {"time", "decision", "principal", "action", "resource"};
    const json_t *allow = json_object_get(line, "allow"),
                 *denier = json_object_get(line, "denied_by");
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *text = word(line, names[i]);
        printf("%s", i && *text ? " " : "");
        ask_print_plain(text);
    }
    printf("%s\n", json_is_true(json_object_get(line, "let_pass")) ? " (let pass)" : "");
    print_unread(line);
    if (allow) {
        printf("    %s needs ", ask_text(line, "allow_in"));
        print_json("", allow);
        putchar('\n');
    }
    if (denier) {
        print_json("    denied by ", denier);
        putchar('\n');
    }
}

static void print_decision(const struct options *o, const json_t *line)
{
    if (!o->json) {
        print_human(line);
        return;
    }
    char *text = json_dumps(line, JSON_COMPACT | JSON_ENSURE_ASCII);
    puts(text ? text : "");
    free(text);
}

static const char *target_of(const struct options *o, const char *form)
{
    return arena_printf(o->arena, "/_iam-local/decisions?%s%.*s", form, (int)o->filters.n,
                        o->filters.p);
}

/* The last ones, in their order, which the answer has the other way round. */
static int list(const struct options *o)
{
    const char *message = NULL;
    const struct ask ask = {.target = target_of(o, ""), .timeout_ms = TIMEOUT_MS};
    json_t *answer = ask_json(o->arena, &o->url, &ask, &message);
    const json_t *all = json_object_get(answer, "decisions");
    for (size_t i = json_array_size(all); i > 0; i--)
        print_decision(o, json_array_get(all, i - 1));
    json_decref(answer);
    return answer ? EXIT_SUCCESS : complain(message, STATUS_UNREACHABLE);
}

static void see(const void *owner, struct str data)
{
    json_t *json = json_loadb(data.p, data.n, 0, NULL);
    if (json)
        print_decision(owner, json);
    json_decref(json);
}

static int follow(const struct options *o)
{
    const char *message = stream_follow(o->arena, &o->url, target_of(o, "follow=true"), see, o);
    return message ? complain(message, STATUS_UNREACHABLE) : EXIT_SUCCESS;
}

/* Reads the argument **argv and moves *argv to its last word; returns what is wrong. */
static const char *read_argument(struct options *o, char *const **argv, const char **url)
{
    struct str value = str_of(**argv), name = str_cut(&value, '=');
    if (!str_starts(name, STR("--"))) {
        const char *before = *url;
        *url = **argv;
        return before ? arena_printf(o->arena, "unexpected argument '%s'", **argv) : NULL;
    }
    name = (struct str){name.p + 2, name.n - 2};
    if (!value.p && (str_is(name, "json") || str_is(name, "follow"))) {
        *(str_is(name, "json") ? &o->json : &o->follow) = true;
        return NULL;
    }
    if (!str_is(name, "principal") && !str_is(name, "decision") && !str_is(name, "limit"))
        return arena_printf(o->arena, "unknown option --%.*s; see --help", STR_FMT(name));
    const char *text = value.p ? value.p : (*argv)[1];
    if (!text)
        return arena_printf(o->arena, "--%.*s: expected a value", STR_FMT(name));
    *argv += !value.p;
    buf_printf(&o->filters, "&%.*s=", STR_FMT(name));
    buf_pct_encode(&o->filters, str_of(text), "");
    return NULL;
}

int decisions_main(struct arena *a, char *const argv[])
{
    struct options o = {.arena = a, .filters = buf_new(a, 128)};
    const char *url = NULL, *wrong = NULL;
    for (; *argv && !wrong; argv++)
        wrong = read_argument(&o, &argv, &url);
    if (wrong)
        return complain(wrong, STATUS_USAGE);
    if (!url_parse(a, url ? url : default_url, &o.url) || o.url.tls)
        return complain("expected a URL of the form http://HOST:PORT[/PATH]", STATUS_USAGE);
    int status = o.follow ? follow(&o) : list(&o);
    if (fflush(stdout) != 0 || ferror(stdout))
        return complain(strerror(errno), STATUS_USAGE);
    return status;
}
