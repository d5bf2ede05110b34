/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };

static struct str request_text(struct arena *a, const struct url *url, const struct ask *ask)
{
    const char *token = getenv("IAM_LOCAL_ADMIN_TOKEN");
    struct buf b = buf_new(a, 512 + ask->body.n);
    buf_printf(&b, "%s %s%s HTTP/1.0\r\nHost: %s\r\n", ask->body.p ? "POST" : "GET", url->path,
               ask->target, url->authority);
    if (token && *token)
        buf_printf(&b, "X-Iam-Local-Admin-Token: %s\r\n", token);
    if (ask->body.p)
        buf_printf(&b, "Content-Type: application/json\r\nContent-Length: %zu\r\n", ask->body.n);
    buf_add_text(&b, "\r\n");
    if (ask->body.p)
        buf_add(&b, ask->body);
    return buf_str(&b);
}

int ask_open(struct arena *a, const struct url *url, const struct ask *ask, const char **message)
{
    int fd = dial_url(a, url, ask->timeout_ms, message);
    if (fd < 0)
        return -1;
    struct str rest = request_text(a, url, ask);
    while (rest.n) {
        ssize_t n = send(fd, rest.p, rest.n, MSG_NOSIGNAL);
        if (n < 0)
            break;
        rest = (struct str){rest.p + n, rest.n - (size_t)n};
    }
    if (!rest.n)
        return fd;
    *message = strerror(errno);
    close(fd);
    return -1;
}

bool ask_more(int fd, struct buf *b)
{
    buf_reserve(b, PIECE);
    ssize_t n = recv(fd, b->p + b->n, PIECE, 0);
    b->n += n > 0 ? (size_t)n : 0;
    return n > 0;
}

const char *ask_body(struct str answer)
{
    const char *end = memmem(answer.p, answer.n, "\r\n\r\n", 4);
    return end ? end + 4 : NULL;
}

const char *ask_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* What is wrong with an answer, whose body is JSON or NULL; NULL: nothing. */
static const char *trouble_of(struct arena *a, struct str answer, const json_t *json)
{
    int status = dial_status(answer);
    const char *error = ask_text(json, "error");
    if (status == 200)
        return NULL;
    if (status == 0)
        return "no HTTP answer";
    return *error ? error : arena_printf(a, "the server answers with status %d", status);
}

json_t *ask_rest(struct arena *a, int fd, struct buf *answer, const char **message)
{
    while (ask_more(fd, answer))
        ;
    struct str all = buf_str(answer);
    const char *body = ask_body(all);
    json_t *json = body ? json_loadb(body, all.n - (size_t)(body - all.p), 0, NULL) : NULL;
    const char *trouble = trouble_of(a, all, json);
    if (!trouble && !json)
        trouble = "the answer cannot be read";
    if (!trouble)
        return json;
    *message = arena_strdup(a, trouble);
    json_decref(json);
    return NULL;
}

json_t *ask_json(struct arena *a, const struct url *url, const struct ask *ask,
                 const char **message)
{
    struct buf answer = buf_new(a, PIECE);
    int fd = ask_open(a, url, ask, message);
    if (fd < 0)
        return NULL;
    json_t *json = ask_rest(a, fd, &answer, message);
    close(fd);
    return json;
}

void ask_print_plain(const char *text)
{
    for (; *text; text++)
        putchar(*text >= ' ' && *text <= '~' ? *text : '?');
}
