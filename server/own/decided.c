/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions in lines: the last ones, and those that come. */
#include "base/clock.h"
#include "base/mem.h"
#include "call/response.h"
#include "observe/allow.h"
#include "own_api.h"
#include "record/records.h"

enum {
    BATCH = 32,           /* records that are looked at together */
    LOOKED_AT = 1024,     /* as many as are kept */
    TEXT_MAX = 64 * 1024, /* bytes that are made of them before they are sent, or few more */
    HEARTBEAT_MS = 15000, /* so that nobody takes a silent stream for a dead one */
};

int own_get_decisions(struct call *c, const struct own_get_decisions_in *in,
                      struct own_get_decisions_out *out)
{
    const struct allow_filter filter = {in->principal, in->decision};
    const struct record **records = NEW_ARRAY(c->arena, const struct record *, LOOKED_AT);
    size_t n = records_recent(c->sandbox->records, records, LOOKED_AT);
    struct buf b = buf_new(c->arena, 4096);
    int64_t left = in->limit;
    buf_add_char(&b, '[');
    for (size_t i = 0; i < n; i++) {
        if (left > 0 && allow_fits(&filter, records[i])) {
            buf_add_text(&b, b.n > 1 ? "," : "");
            allow_json(&b, records[i]);
            left--;
        }
        record_release(records[i]);
    }
    buf_add_char(&b, ']');
    out->decisions = buf_text(&b);
    return OK;
}

struct follower {
    struct response_stream base;
    struct arena arena, scratch; /* of the filter; of what is being sent */
    struct records_follower *place;
    struct allow_filter filter;
    struct buf text;
    struct str rest; /* not sent yet */
    int64_t sent_ms;
};

/* Under the lock of the records: it copies. */
static void see(void *who, const struct record *record, uint64_t number)
{
    struct follower *f = who;
    if (!allow_fits(&f->filter, record))
        return;
    buf_printf(&f->text, "id: %llu\ndata: ", (unsigned long long)number);
    allow_json(&f->text, record);
    buf_add(&f->text, STR("\n\n"));
}

/* False: it is over. */
static bool fill(struct follower *f)
{
    int64_t n = BATCH, now = clock_coarse_ms();
    arena_reset(&f->scratch);
    f->text = buf_new(&f->scratch, 4096);
    while (n == BATCH && f->text.n < TEXT_MAX)
        n = records_follow(f->place, BATCH, see, f);
    if (n >= 0 && f->text.n == 0 && now - f->sent_ms >= HEARTBEAT_MS)
        buf_add(&f->text, STR(": nothing for a while\n\n"));
    if (f->text.n)
        f->sent_ms = now;
    f->rest = buf_str(&f->text);
    return n >= 0 || f->text.n;
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

int own_follow_decisions(struct call *c, const struct own_follow_decisions_in *in,
                         struct own_follow_decisions_out *out)
{
    int64_t last = -1;
    if (in->last_event_id && !str_to_int64(str_of(in->last_event_id), &last))
        last = -1;
    /* No one who signed in follows here, so that no sign-out ends it. */
    struct records_follower *place = records_join(c->sandbox->records, STR(""), last);
    if (!place)
        return call_fail(c, ERR_SERVICE_UNAVAILABLE,
                         "Too many streams of this sandbox are open: it can have %d.",
                         RECORDS_FOLLOWERS);
    struct follower *f = mem_alloc(sizeof *f);
    f->base = (struct response_stream){follower_read, follower_free};
    arena_init(&f->arena);
    arena_init(&f->scratch);
    f->place = place;
    f->filter = (struct allow_filter){keep(f, in->principal), keep(f, in->decision)};
    f->rest = STR(": what is decided from now on\n\n");
    f->sent_ms = clock_coarse_ms();
    c->stream = &f->base;
    *out = (struct own_follow_decisions_out){.content_type = "text/event-stream",
                                             .decisions = STR("")};
    return OK;
}
