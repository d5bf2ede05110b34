/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/health.h"

#include <jansson.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "server/cli/dial.h"

enum { TIMEOUT_MS = 3000, PAUSE_MS = 50, ANSWER_MAX = 8192 };

/* The answer to the question, or what came of it in time, in BUFFER. */
static struct str ask(int fd, const char *request, char buffer[static ANSWER_MAX])
{
    size_t n = strlen(request);
    if (send(fd, request, n, MSG_NOSIGNAL) != (ssize_t)n)
        return STR("");
    /* The time limit is for all of it: a server that trickles gains nothing. */
    ssize_t got = recv(fd, buffer, ANSWER_MAX, MSG_WAITALL);
    return (struct str){buffer, got > 0 ? (size_t)got : 0};
}

/* The body of ANSWER; NULL: it is no JSON. The caller owns it. */
static json_t *json_of(struct str answer)
{
    const char *end = memmem(answer.p, answer.n, "\r\n\r\n", 4);
    if (!end)
        return NULL;
    const char *body = end + 4;
    return json_loadb(body, answer.n - (size_t)(body - answer.p), 0, NULL);
}

/* Not every server that says 200 to this path is this one. */
static bool says_ok(const json_t *json)
{
    const char *status = json_string_value(json_object_get(json, "status"));
    return status && str_is(str_of(status), "ok");
}

/* ": " and what the server says is wrong, if it is fit for a terminal. */
static const char *reason_of(struct arena *a, const json_t *json)
{
    const char *reason = json_string_value(json_object_get(json, "error"));
    for (const char *p = reason ? reason : ""; *p; p++) {
        if (*p < ' ' || *p > '~')
            return "";
    }
    return reason ? arena_printf(a, ": %s", reason) : "";
}

static bool check_once(struct arena *a, const struct url *url, int64_t timeout_ms,
                       const char **message)
{
    int fd = dial_url(a, url, timeout_ms, message);
    if (fd < 0)
        return false;
    char *request = arena_printf(a,
                                 "GET %s/_iam-local/health HTTP/1.1\r\nHost: %s\r\n"
                                 "Connection: close\r\n\r\n",
                                 url->path, url->authority);
    struct str answer = ask(fd, request, arena_alloc(a, ANSWER_MAX));
    close(fd);
    int status = dial_status(answer);
    json_t *json = json_of(answer);
    bool healthy = status == 200 && says_ok(json);
    if (status == 0)
        *message = arena_printf(a, "no HTTP answer from http://%s", url->authority);
    else if (status != 200)
        *message = arena_printf(a, "http://%s%s answers with status %d%s", url->authority,
                                url->path, status, reason_of(a, json));
    else if (!healthy)
        *message = arena_printf(a, "http://%s%s does not say that it is healthy", url->authority,
                                url->path);
    json_decref(json);
    return healthy;
}

bool health_check(struct arena *a, const struct url *url, int64_t wait_ms, const char **message)
{
    int64_t end = clock_monotonic_ms() + wait_ms;
    for (;;) {
        struct arena attempt;
        arena_init(&attempt);
        int64_t left = end - clock_monotonic_ms();
        int64_t timeout = wait_ms == 0 || left > TIMEOUT_MS ? TIMEOUT_MS : left > 0 ? left : 1;
        const char *why = NULL;
        bool healthy = check_once(&attempt, url, timeout, &why);
        bool over = healthy || clock_monotonic_ms() + PAUSE_MS > end;
        if (over && !healthy)
            *message = arena_strdup(a, why);
        arena_done(&attempt);
        if (over)
            return healthy;
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000}, NULL);
    }
}
