/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/events.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/cli/stream.h"

enum {
    STATUS_UNREACHABLE = 1,
    STATUS_USAGE = 2,
    TIMEOUT_MS = 30000,
    PAGE = 1000, /* events that the server tells at a time */
    LIMIT = 100,
    LIMIT_MAX = 10000, /* that it keeps */
};

static const char default_url[] = "http://127.0.0.1:4566";

struct options {
    struct arena *arena;
    struct url url;
    struct buf filters; /* "&name=value", for the query */
    int64_t limit;
    bool json, follow;
};

static int complain(const char *message, int status)
{
    fprintf(stderr, "iam-local: events: %s\n", message);
    return status;
}

/* Whoever it was, in a word. */
static const char *caller_of(const json_t *event)
{
    static const char *const names[] = {"arn", "invokedBy", "userName", "accountId", "type"};
    const json_t *identity = json_object_get(event, "userIdentity");
    const char *found = "";
    for (size_t i = 0; i < ARRAY_LEN(names) && !*found; i++)
        found = ask_text(identity, names[i]);
    return found;
}

/* Sign-ins that fail have a message and no code. */
static void print_error(const char *code, const char *message)
{
    if (!*code && !*message)
        return;
    printf("    ");
    ask_print_plain(code);
    if (*code)
        printf(": ");
    ask_print_plain(message);
    putchar('\n');
}

/* 2026-01-31T12:00:00Z arn:aws:iam::123456789012:root iam:GetUser {"userName":"bob"}
       NoSuchEntityException: The user with name bob cannot be found. */
static void print_human(const json_t *event)
{
    struct str source = str_of(ask_text(event, "eventSource")), service = str_cut(&source, '.');
    json_t *parameters = json_object_get(event, "requestParameters");
    char *shown = json_dumps(parameters, JSON_COMPACT | JSON_ENSURE_ASCII);
    ask_print_plain(ask_text(event, "eventTime"));
    putchar(' ');
    ask_print_plain(caller_of(event));
    printf(" %.*s:", STR_FMT(service));
    ask_print_plain(ask_text(event, "eventName"));
    if (shown) { /* null is no object */
        putchar(' ');
        ask_print_plain(shown);
    }
    putchar('\n');
    free(shown);
    print_error(ask_text(event, "errorCode"), ask_text(event, "errorMessage"));
}

static void print_event(const struct options *o, const json_t *event)
{
    if (!o->json) {
        print_human(event);
        return;
    }
    char *line = json_dumps(event, JSON_COMPACT | JSON_ENSURE_ASCII);
    puts(line ? line : "");
    free(line);
}

/* What is asked for, FORM being more of the query. */
static const char *target_of(const struct options *o, const char *form)
{
    return arena_printf(o->arena, "/_iam-local/events?%s%.*s", form, (int)o->filters.n,
                        o->filters.p);
}

/* The last ones, in their order, which pages have the other way round. */
static int list(const struct options *o)
{
    json_t *all = json_array();
    const char *message = NULL, *before = "";
    int64_t left = o->limit;
    while (left > 0 && before) {
        long long n = left < PAGE ? left : PAGE;
        const char *form = arena_printf(o->arena, "limit=%lld%s", n, before);
        const struct ask ask = {.target = target_of(o, form), .timeout_ms = TIMEOUT_MS};
        json_t *page = ask_json(o->arena, &o->url, &ask, &message);
        if (!page)
            break;
        const char *next = ask_text(page, "next");
        json_array_extend(all, json_object_get(page, "events"));
        left -= n;
        before = *next ? arena_printf(o->arena, "&before=%s", next) : NULL;
        json_decref(page);
    }
    for (size_t i = json_array_size(all); i > 0 && !message; i--)
        print_event(o, json_array_get(all, i - 1));
    json_decref(all);
    return message ? complain(message, STATUS_UNREACHABLE) : EXIT_SUCCESS;
}

static void see(const void *owner, struct str data)
{
    json_t *json = json_loadb(data.p, data.n, 0, NULL);
    const json_t *lost = json_object_get(json, "lost");
    if (lost)
        fprintf(stderr, "iam-local: events: %lld are missing here\n",
                (long long)json_integer_value(lost));
    else if (json)
        print_event(owner, json);
    json_decref(json);
}

static int follow(const struct options *o)
{
    const char *message = stream_follow(o->arena, &o->url, target_of(o, "follow=true"), see, o);
    return message ? complain(message, STATUS_UNREACHABLE) : EXIT_SUCCESS;
}

/* The options with a value that are the server's to understand. */
static bool is_filter(struct str name)
{
    static const char *const names[] = {"principal", "type",    "name",  "source",
                                        "error",     "account", "since", "until"};
    bool found = false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        found |= str_is(name, names[i]);
    return found;
}

static const char *read_value(struct options *o, struct str name, const char *value)
{
    if (!value)
        return arena_printf(o->arena, "--%.*s: expected a value", STR_FMT(name));
    if (str_is(name, "limit")) {
        bool ok = str_to_int64(str_of(value), &o->limit) && o->limit >= 1 && o->limit <= LIMIT_MAX;
        return ok ? NULL : "--limit: expected a number from 1 to 10000";
    }
    buf_printf(&o->filters, "&%.*s=", STR_FMT(name));
    buf_pct_encode(&o->filters, str_of(value), "");
    return NULL;
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
    if (!is_filter(name) && !str_is(name, "limit"))
        return arena_printf(o->arena, "unknown option --%.*s; see --help", STR_FMT(name));
    const char *text = value.p ? value.p : (*argv)[1];
    if (!value.p && text)
        (*argv)++;
    return read_value(o, name, text);
}

int events_main(struct arena *a, char *const argv[])
{
    struct options o = {.arena = a, .filters = buf_new(a, 128), .limit = LIMIT};
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
