/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/events.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/cli/dial.h"

enum {
    STATUS_UNREACHABLE = 1,
    STATUS_USAGE = 2,
    TIMEOUT_MS = 30000,
    PIECE = 64 * 1024,
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

/* Texts of requests are not for a terminal to carry out. */
static void print_plain(const char *text)
{
    for (; *text; text++)
        putchar(*text >= ' ' && *text <= '~' ? *text : '?');
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* Whoever it was, in a word. */
static const char *caller_of(const json_t *event)
{
    static const char *const names[] = {"arn", "invokedBy", "userName", "accountId", "type"};
    const json_t *identity = json_object_get(event, "userIdentity");
    const char *found = "";
    for (size_t i = 0; i < ARRAY_LEN(names) && !*found; i++)
        found = text_of(identity, names[i]);
    return found;
}

/* 2026-01-31T12:00:00Z arn:aws:iam::123456789012:root iam:GetUser {"userName":"bob"}
       NoSuchEntityException: The user with name bob cannot be found. */
static void print_human(const json_t *event)
{
    struct str source = str_of(text_of(event, "eventSource")), service = str_cut(&source, '.');
    json_t *parameters = json_object_get(event, "requestParameters");
    char *shown = json_dumps(parameters, JSON_COMPACT | JSON_ENSURE_ASCII);
    print_plain(text_of(event, "eventTime"));
    putchar(' ');
    print_plain(caller_of(event));
    printf(" %.*s:", STR_FMT(service));
    print_plain(text_of(event, "eventName"));
    if (shown) { /* null is no object */
        putchar(' ');
        print_plain(shown);
    }
    putchar('\n');
    free(shown);
    if (*text_of(event, "errorCode")) {
        printf("    ");
        print_plain(text_of(event, "errorCode"));
        printf(": ");
        print_plain(text_of(event, "errorMessage"));
        putchar('\n');
    }
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

/* A socket that was asked for the events, FORM being more of the query; or -1 and a message. The
   answer has no chunks, in which HTTP/1.0 is simple, and ends with the connection. */
static int ask(const struct options *o, const char *form, const char **message)
{
    const char *token = getenv("IAM_LOCAL_ADMIN_TOKEN");
    bool has_token = token && *token;
    int fd = dial_url(o->arena, &o->url, o->follow ? 0 : TIMEOUT_MS, message);
    if (fd < 0)
        return -1;
    char *request =
        arena_printf(o->arena, "GET %s/_iam-local/events?%s%.*s HTTP/1.0\r\nHost: %s\r\n%s%s%s\r\n",
                     o->url.path, form, (int)o->filters.n, o->filters.p, o->url.authority,
                     has_token ? "X-Iam-Local-Admin-Token: " : "", has_token ? token : "",
                     has_token ? "\r\n" : "");
    size_t n = strlen(request);
    if (send(fd, request, n, MSG_NOSIGNAL) == (ssize_t)n)
        return fd;
    *message = strerror(errno);
    close(fd);
    return -1;
}

/* More of an answer; false: there is none. */
static bool take(int fd, struct buf *b)
{
    buf_reserve(b, PIECE);
    ssize_t n = recv(fd, b->p + b->n, PIECE, 0);
    b->n += n > 0 ? (size_t)n : 0;
    return n > 0;
}

/* Where the body begins; NULL: the head is not complete. */
static const char *body_of(struct str answer)
{
    const char *end = memmem(answer.p, answer.n, "\r\n\r\n", 4);
    return end ? end + 4 : NULL;
}

/* What is wrong with an answer; NULL: nothing. */
static const char *trouble_of(struct arena *a, struct str answer, const json_t *json)
{
    int status = dial_status(answer);
    const char *error = text_of(json, "error");
    if (status == 200)
        return NULL;
    if (status == 0)
        return "no HTTP answer";
    return *error ? error : arena_printf(a, "the server answers with status %d", status);
}

/* A page; the caller owns it. NULL: *message says why. */
static json_t *read_page(const struct options *o, const char *form, const char **message)
{
    struct buf answer = buf_new(o->arena, PIECE);
    int fd = ask(o, form, message);
    if (fd < 0)
        return NULL;
    while (take(fd, &answer))
        ;
    close(fd);
    struct str all = buf_str(&answer);
    const char *body = body_of(all);
    json_t *json = body ? json_loadb(body, all.n - (size_t)(body - all.p), 0, NULL) : NULL;
    const char *trouble = trouble_of(o->arena, all, json);
    if (!trouble && !json)
        trouble = "the answer cannot be read";
    if (!trouble)
        return json;
    *message = arena_strdup(o->arena, trouble);
    json_decref(json);
    return NULL;
}

/* The last ones, in their order, which pages have the other way round. */
static int list(const struct options *o)
{
    json_t *all = json_array();
    const char *message = NULL, *before = "";
    int64_t left = o->limit;
    while (left > 0 && before) {
        long long n = left < PAGE ? left : PAGE;
        json_t *page = read_page(o, arena_printf(o->arena, "limit=%lld%s", n, before), &message);
        if (!page)
            break;
        const char *next = text_of(page, "next");
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

/* A line of server-sent events. */
static void print_line(const struct options *o, struct str line)
{
    struct str value = line, name = str_cut(&value, ':');
    if (!str_is(name, "data") || !value.p)
        return;
    json_t *json = json_loadb(value.p, value.n, 0, NULL);
    const json_t *lost = json_object_get(json, "lost");
    if (lost)
        fprintf(stderr, "iam-local: events: %lld are missing here\n",
                (long long)json_integer_value(lost));
    else if (json)
        print_event(o, json);
    json_decref(json);
    fflush(stdout);
}

/* Prints whole lines of what came, and keeps the rest. */
static void print_lines(const struct options *o, struct buf *b)
{
    struct str rest = buf_str(b);
    while (memchr(rest.p, '\n', rest.n))
        print_line(o, str_cut(&rest, '\n'));
    memmove(b->p, rest.p, rest.n);
    b->n = rest.n;
}

static int follow(const struct options *o)
{
    const char *message = NULL, *body = NULL;
    struct buf b = buf_new(o->arena, PIECE);
    int fd = ask(o, "follow=true", &message);
    if (fd < 0)
        return complain(message, STATUS_UNREACHABLE);
    while (!body && take(fd, &b))
        body = body_of(buf_str(&b));
    const char *trouble = trouble_of(o->arena, buf_str(&b), NULL);
    if (body && !trouble) {
        b.n -= (size_t)(body - b.p);
        memmove(b.p, body, b.n);
        do {
            print_lines(o, &b);
        } while (!ferror(stdout) && take(fd, &b));
    }
    close(fd);
    return trouble ? complain(trouble, STATUS_UNREACHABLE) : EXIT_SUCCESS;
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
