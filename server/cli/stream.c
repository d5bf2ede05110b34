/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/stream.h"

#include <stdio.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };

struct stream {
    void (*see)(const void *owner, struct str data);
    const void *owner;
};

static void see_line(const struct stream *stream, struct str line)
{
    struct str value = line, name = str_cut(&value, ':');
    if (!str_is(name, "data") || !value.p)
        return;
    stream->see(stream->owner, value);
    fflush(stdout);
}

/* Shows whole lines of what came, and keeps the rest. */
static void see_lines(const struct stream *stream, struct buf *b)
{
    struct str rest = buf_str(b);
    while (rest.p && memchr(rest.p, '\n', rest.n))
        see_line(stream, str_cut(&rest, '\n'));
    if (rest.p)
        memmove(b->p, rest.p, rest.n);
    b->n = rest.n;
}

const char *stream_follow(struct arena *a, const struct url *url, const char *target,
                          void (*see)(const void *owner, struct str data), const void *owner)
{
    const struct stream stream = {see, owner};
    const char *message = NULL, *body = NULL;
    struct buf b = buf_new(a, PIECE);
    const struct ask ask = {.target = target};
    int fd = ask_open(a, url, &ask, &message);
    if (fd < 0)
        return message;
    while (!body && ask_more(fd, &b))
        body = ask_body(buf_str(&b));
    if (dial_status(buf_str(&b)) != 200) {
        json_decref(ask_rest(a, fd, &b, &message));
    } else if (body) {
        b.n -= (size_t)(body - b.p);
        memmove(b.p, body, b.n);
        do {
            see_lines(&stream, &b);
        } while (!ferror(stdout) && ask_more(fd, &b));
    }
    close(fd);
    return message;
}
