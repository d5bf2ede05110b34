/* SPDX-License-Identifier: Apache-2.0 */
#include "support/wire.h"

static struct str next_line(struct str *text)
{
    struct str line = str_cut(text, '\n');
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

static bool is_continued(struct str text)
{
    return text.n && (text.p[0] == ' ' || text.p[0] == '\t');
}

/* The target may hold blanks itself: it ends at the last one. */
static bool read_first_line(struct str line, struct request *rq)
{
    rq->method = str_cut(&line, ' ');
    size_t n = line.n;
    while (n && line.p[n - 1] != ' ')
        n--;
    if (n == 0)
        return false;
    struct str target = {line.p, n - 1};
    rq->path = str_cut(&target, '?');
    rq->query = target;
    return true;
}

struct request *wire_request(struct arena *a, struct str text)
{
    struct request *rq = NEW(a, struct request);
    struct request_header *headers = NULL;
    if (!read_first_line(next_line(&text), rq))
        return NULL;
    while (text.n) {
        struct str line = next_line(&text);
        if (line.n == 0)
            break;
        while (is_continued(text)) {
            struct str more = next_line(&text);
            line.n = (size_t)(more.p + more.n - line.p);
        }
        headers = arena_grow(a, headers, rq->n_headers * sizeof *headers,
                             (rq->n_headers + 1) * sizeof *headers);
        struct str name = str_cut(&line, ':');
        headers[rq->n_headers++] = (struct request_header){name, str_trim(line)};
    }
    rq->headers = headers;
    rq->body = text;
    rq->source_ip = "127.0.0.1";
    return rq;
}
