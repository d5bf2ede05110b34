/* SPDX-License-Identifier: Apache-2.0 */
#include "server/console/decision_stream.h"

#include "access/console_session.h"
#include "base/clock.h"
#include "base/mem.h"
#include "call/response.h"
#include "record/records.h"
#include "server/page/json.h"

enum {
    BATCH = 32,            /* records that are looked at together */
    TEXT_MAX = 64 * 1024,  /* bytes that are made of them before they are sent, or few more */
    HEARTBEAT_MS = 15000,  /* so that nobody takes a silent stream for a dead one */
    LASTS_MS = 300 * 1000, /* until it is asked anew who follows */
};

struct follower {
    struct response_stream base;
    struct arena arena, scratch; /* of the filter; of what is being sent */
    struct records_follower *place;
    struct decision_filter filter;
    const char *prefix;
    struct str rest; /* not sent yet */
    int64_t sent_ms, end_ms;
};

/* What one look at the records finds. */
struct batch {
    struct follower *follower;
    struct explain_line lines[BATCH];
    uint64_t numbers[BATCH];
    size_t n;
};

/* Under the lock of the records: it copies. */
static void see(void *who, const struct record *record, uint64_t number)
{
    struct batch *batch = who;
    batch->numbers[batch->n] = number;
    batch->lines[batch->n++] = explain_line_of(&batch->follower->scratch, record);
}

static void add_lines(struct follower *f, const struct batch *batch, struct buf *b)
{
    for (size_t i = 0; i < batch->n; i++) {
        if (!decision_fits(&f->filter, &batch->lines[i]))
            continue;
        json_t *line = decision_line(&f->scratch, &batch->lines[i], f->prefix);
        buf_printf(b, "id: %llu\ndata: ", (unsigned long long)batch->numbers[i]);
        json_t *event = decision_event(line);
        buf_add_text(b, json_written(&f->scratch, event, JSON_COMPACT));
        buf_add(b, STR("\n\n"));
        json_decref(event);
        json_decref(line);
    }
}

/* False: it is over. */
static bool fill(struct follower *f)
{
    int64_t n = BATCH, now = clock_coarse_ms();
    arena_reset(&f->scratch);
    struct buf b = buf_new(&f->scratch, 4096);
    if (now >= f->end_ms)
        return false;
    while (n == BATCH && b.n < TEXT_MAX) {
        struct batch batch = {.follower = f};
        n = records_follow(f->place, BATCH, see, &batch);
        add_lines(f, &batch, &b);
    }
    if (n >= 0 && b.n == 0 && now - f->sent_ms >= HEARTBEAT_MS)
        buf_add(&b, STR(": nothing for a while\n\n"));
    if (b.n)
        f->sent_ms = now;
    f->rest = buf_str(&b);
    return n >= 0 || b.n;
}

static int64_t follower_read(struct response_stream *stream, char *to, size_t n)
{
    struct follower *f = (struct follower *)stream;
    if (f->rest.n == 0 && !fill(f))
        return -1;
    n = f->rest.n < n ? f->rest.n : n;
    if (n)
        memcpy(to, f->rest.p, n);
    f->rest = (struct str){f->rest.p + n, f->rest.n - n};
    return (int64_t)n;
}

static void follower_free(struct response_stream *stream)
{
    struct follower *f = (struct follower *)stream;
    records_leave(f->place);
    arena_done(&f->scratch);
    arena_done(&f->arena);
    mem_free(f);
}

static const char *keep(struct follower *f, const char *text)
{
    return text ? arena_strdup(&f->arena, text) : NULL;
}

struct response_stream *decision_stream(struct call *c, const struct decision_filter *filter,
                                        int64_t last)
{
    struct records_follower *place =
        records_join(c->sandbox->records, str_of(c->signed_in->owner), last);
    if (!place)
        return NULL;
    struct follower *f = mem_alloc(sizeof *f);
    f->base = (struct response_stream){follower_read, follower_free};
    arena_init(&f->arena);
    arena_init(&f->scratch);
    f->place = place;
    f->filter =
        (struct decision_filter){keep(f, filter->own), keep(f, filter->principal), filter->denied};
    f->prefix = str_dup(&f->arena, c->rq->prefix);
    f->rest = STR("retry: 1000\n\n");
    f->sent_ms = clock_coarse_ms();
    f->end_ms = f->sent_ms + LASTS_MS;
    return &f->base;
}
