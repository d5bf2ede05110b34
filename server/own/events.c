/* SPDX-License-Identifier: Apache-2.0 */
/* What happened: the last events, and those that come. */
#include "record/events.h"
#include "base/clock.h"
#include "base/mem.h"
#include "call/response.h"
#include "own_api.h"
#include "server/api/route.h"
#include "server/own/times.h"
#include "server/server.h"

enum {
    BATCH = 64,           /* events that are looked at together */
    TEXT_MAX = 64 * 1024, /* bytes that are made of them before they are sent, or few more */
    HEARTBEAT_MS = 15000, /* so that nobody takes a silent stream for a dead one */
};

/* What an event has to be like; NULL: anything. */
struct filter {
    const char *principal, *type, *name, *source, *error, *account;
    int64_t since, until;
};

static bool fits(const char *wanted, const char *has)
{
    return !wanted || (has && strcmp(wanted, has) == 0);
}

/* The name at the end of an ARN. */
static bool is_named(const char *arn, const char *name)
{
    const char *slash = arn ? strrchr(arn, '/') : NULL;
    return slash && strcmp(slash + 1, name) == 0;
}

/* By ARN or name; that of a session also by those of its role or user. */
static bool is_by(const struct event_caller *caller, const char *wanted)
{
    return (caller->arn && fits(wanted, caller->arn)) ||
           (caller->issuer && fits(wanted, caller->issuer)) || is_named(caller->arn, wanted) ||
           is_named(caller->issuer, wanted);
}

static bool is_source(const struct event *event, const char *wanted)
{
    struct str source = str_of(wanted), service = str_cut(&source, '.');
    return str_eq(service, event_service(event)) && (!source.p || str_is(source, "amazonaws.com"));
}

static bool is_error(const struct event *event, const char *wanted, struct arena *scratch)
{
    const char *error = event_error(event, scratch);
    bool any = strcmp(wanted, "any") == 0; /* sign-ins that failed, too, which have no code */
    return any ? event->code != OK : error && strcmp(wanted, error) == 0;
}

static bool matches(const struct filter *f, const struct event *event, struct arena *scratch)
{
    return event->at >= f->since && event->at <= f->until && fits(f->type, event_type(event)) &&
           fits(f->name, event_name(event)) && fits(f->account, event->account) &&
           (!f->source || is_source(event, f->source)) &&
           (!f->principal || is_by(&event->caller, f->principal)) &&
           (!f->error || is_error(event, f->error, scratch));
}

/* A page on its way. */
struct page {
    struct buf json;
    int64_t left; /* events that fit on it */
    uint64_t before;
    bool more; /* another one would fit the filter */
};

static void add_batch(struct page *page, const struct filter *filter, const struct event **events,
                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!page->more && matches(filter, events[i], page->json.arena)) {
            page->more = page->left == 0;
            if (!page->more) {
                buf_add_char(&page->json, page->json.n ? ',' : '[');
                event_json(&page->json, events[i]);
                page->before = events[i]->number;
                page->left--;
            }
        }
        event_release(events[i]);
    }
}

static int64_t number_of(const char *text, int64_t dflt)
{
    int64_t number = dflt;
    return text && !str_to_int64(str_of(text), &number) ? -1 : number;
}

/* Those whose operations leave events. */
static const struct api_service *const *services_signed_for(struct arena *a)
{
    size_t n = 0;
    while (route_services[n])
        n++;
    const struct api_service **all = NEW_ARRAY(a, const struct api_service *, n + 2);
    all[0] = &own_service;
    for (size_t i = 0; i < n; i++)
        all[i + 1] = route_services[i];
    return all;
}

/* Names that no event can have find nothing, which looks as if nothing had happened. */
static int check_names(struct call *c, const struct filter *f)
{
    const struct api_service *const *services = services_signed_for(c->arena);
    if (f->name && !event_has_name(services, str_of(f->name), c->arena))
        return call_fail(c, ERR_VALIDATION_ERROR, "There is no operation %s.", f->name);
    if (f->source && !event_has_source(services, str_of(f->source), c->arena))
        return call_fail(c, ERR_VALIDATION_ERROR, "There is no service %s.", f->source);
    if (!f->error || strcmp(f->error, "any") == 0 ||
        event_has_error(services, str_of(f->error), c->arena))
        return OK;
    return call_fail(c, ERR_VALIDATION_ERROR,
                     "No event has the errorCode %s: it is AccessDenied, NoSuchEntityException or "
                     "the like; any stands for all of them.",
                     f->error);
}

static int read_filter(struct call *c, const struct own_get_events_in *in, struct filter *ret)
{
    *ret = (struct filter){.principal = in->principal,
                           .type = in->type,
                           .name = in->name,
                           .source = in->source,
                           .error = in->error,
                           .account = in->account};
    TRY(check_names(c, ret));
    TRY(time_read(c, in->since, INT64_MIN, &ret->since));
    return time_read(c, in->until, INT64_MAX, &ret->until);
}

int own_get_events(struct call *c, const struct own_get_events_in *in,
                   struct own_get_events_out *out)
{
    struct filter filter;
    const struct event *batch[BATCH];
    struct page page = {.json = buf_new(c->arena, 4096), .left = in->limit};
    int64_t at = number_of(in->before, INT64_MAX);
    if (at < 0)
        return call_fail(c, ERR_VALIDATION_ERROR, "before is the next of another page.");
    TRY(read_filter(c, in, &filter));
    out->dropped = (int64_t)events_gone(c->sandbox->events);
    for (size_t n = BATCH; n == BATCH && !page.more;) {
        n = events_before(c->sandbox->events, (uint64_t)at, batch, BATCH);
        at = n ? (int64_t)batch[n - 1]->number : at;
        add_batch(&page, &filter, batch, n);
    }
    if (page.json.n == 0)
        buf_add_char(&page.json, '[');
    buf_add_char(&page.json, ']');
    out->events = buf_text(&page.json);
    out->next = page.more ? arena_printf(c->arena, "%llu", (unsigned long long)page.before) : NULL;
    return OK;
}

/* Somebody who follows. */
struct follower {
    struct response_stream base;
    struct arena arena, scratch; /* of the filter; of what is being sent */
    struct events *events;
    struct events_place place;
    struct filter filter;
    struct str rest; /* not sent yet */
    int64_t sent_ms;
};

static void add_event(struct follower *f, struct buf *b, const struct event *event)
{
    if (matches(&f->filter, event, &f->scratch)) {
        buf_printf(b, "id: %llu\ndata: ", (unsigned long long)event->number);
        event_json(b, event);
        buf_add(b, STR("\n\n"));
    }
    event_release(event);
}

/* False: it is over. */
static bool fill(struct follower *f)
{
    const struct event *batch[BATCH];
    uint64_t lost;
    size_t n = BATCH;
    bool goes_on = true;
    arena_reset(&f->scratch);
    struct buf b = buf_new(&f->scratch, 4096);
    while (goes_on && n == BATCH && b.n < TEXT_MAX) {
        goes_on = events_follow(f->events, &f->place, batch, &n, &lost);
        if (lost)
            buf_printf(&b, "event: lost\ndata: {\"lost\":%llu}\n\n", (unsigned long long)lost);
        for (size_t i = 0; i < n; i++)
            add_event(f, &b, batch[i]);
    }
    if (b.n == 0 && clock_coarse_ms() - f->sent_ms >= HEARTBEAT_MS)
        buf_add(&b, STR(": nothing for a while\n\n"));
    if (b.n)
        f->sent_ms = clock_coarse_ms();
    f->rest = buf_str(&b);
    return goes_on || b.n;
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
    events_leave(f->events);
    arena_done(&f->scratch);
    arena_done(&f->arena);
    mem_free(f);
}

static const char *keep(struct follower *f, const char *text)
{
    return text ? arena_strdup(&f->arena, text) : NULL;
}

static void keep_filter(struct follower *f, const struct filter *filter)
{
    f->filter = *filter;
    f->filter.principal = keep(f, filter->principal);
    f->filter.type = keep(f, filter->type);
    f->filter.name = keep(f, filter->name);
    f->filter.source = keep(f, filter->source);
    f->filter.error = keep(f, filter->error);
    f->filter.account = keep(f, filter->account);
}

/* The reference to EVENTS is the follower's. */
static struct response_stream *follow(struct events *events, const struct filter *filter,
                                      int64_t last)
{
    struct follower *f = mem_alloc(sizeof *f);
    f->base = (struct response_stream){follower_read, follower_free};
    arena_init(&f->arena);
    arena_init(&f->scratch);
    f->events = events;
    f->place = events_end(events);
    if (last >= 0 && (uint64_t)last < f->place.next) /* else it is an earlier server's */
        f->place.next = (uint64_t)last + 1;
    keep_filter(f, filter);
    f->rest = STR(": what happens from now on\n\n");
    f->sent_ms = clock_coarse_ms();
    return &f->base;
}

int own_follow_events(struct call *c, const struct own_follow_events_in *in,
                      struct own_follow_events_out *out)
{
    const struct own_get_events_in filters = {.principal = in->principal,
                                              .type = in->type,
                                              .name = in->name,
                                              .source = in->source,
                                              .error = in->error,
                                              .account = in->account,
                                              .since = in->since,
                                              .until = in->until};
    struct filter filter;
    TRY(read_filter(c, &filters, &filter));
    struct events *events = events_join(c->sandbox->events);
    if (!events)
        return call_fail(c, ERR_SERVICE_UNAVAILABLE,
                         "Too many streams of this sandbox are open: it can have %d.",
                         EVENTS_FOLLOWERS);
    c->stream = follow(events, &filter, number_of(in->last_event_id, -1));
    out->content_type = "text/event-stream";
    out->events = STR("");
    return OK;
}
