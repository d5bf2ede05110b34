/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/job_report.h"

#include "access/session.h"
#include "authn/last_used.h"
#include "base/mem.h"
#include "call/job.h"
#include "model/ids.h"

/* The keys of a kind's reports, while they are made and then. */
#define IN_PROGRESS "%s %s in progress"
#define DONE "%s %s"

/* Sessions have their own: another one of the same role may not read it. */
static const char *asker(const struct call *c)
{
    return c->session ? c->session->key_id : c->principal->id;
}

static void destroy(struct cached *entry)
{
    struct job_report *report = (struct job_report *)entry;
    arena_done(&report->arena);
    mem_free(report);
}

struct job_report *job_report_new(const struct call *c, size_t size)
{
    struct job_report *report = mem_alloc(size);
    arena_init_small(&report->arena, 512);
    report->base.destroy = destroy;
    report->base.size = size;
    report->asker = arena_strdup(&report->arena, asker(c));
    report->status = "IN_PROGRESS";
    report->created = clock_now_ms(&c->sandbox->clock);
    return report;
}

/* Under KEY; and by the name of the key it is dropped. */
static void insert(struct call *c, struct job_report *report, const char *key)
{
    const char **deps = NEW_ARRAY(&report->arena, const char *, 1);
    deps[0] = arena_strdup(&report->arena, key);
    report->base.key = str_of(deps[0]);
    report->base.deps = deps;
    report->base.n_deps = 1;
    report->base.size += report->arena.total;
    uint64_t ticket = cache_ticket(c->sandbox->access_reports);
    cached_release(cache_insert(c->sandbox->access_reports, &report->base, ticket));
}

/* AWS undocumented: which jobs fail, and what is told of them. */
static void note_failure(struct job_report *report, const struct report_maker *m)
{
    const char *message = m->c->message ? m->c->message : "The report could not be made.";
    report->status = "FAILED";
    report->error = NEW(&report->arena, struct iam_error_details);
    report->error->code = err_face(m->code)->code;
    report->error->message = arena_strdup(&report->arena, message);
}

/* Whatever has become of it. The one in progress is there until then. */
static void release(void *maker)
{
    struct report_maker *m = maker;
    struct sandbox *sandbox = m->c->sandbox;
    m->report->status = "COMPLETED";
    if (m->code < 0)
        note_failure(m->report, m);
    m->report->completed = clock_now_ms(&sandbox->clock);
    insert(m->c, m->report, m->key);
    cache_invalidate(sandbox->access_reports, m->progress);
}

/* What has been called so far is to be in the report; what cannot be stored is not. */
static int flush(struct report_maker *m)
{
    struct arena scratch;
    const struct sandbox *s = m->c->sandbox;
    arena_init(&scratch);
    UNUSED int code = last_used_flush(s->last_used, s->store, s->entities, &scratch);
    arena_done(&scratch);
    m->flushed = true;
    return CALL_AGAIN;
}

static int read_some(struct report_maker *m)
{
    struct tx tx;
    TRY(call_begin_look(m->c, &tx));
    return call_end_look(m->c, m->read(m));
}

/* A slice. */
static int make(struct call *c)
{
    struct report_maker *m = c->progress;
    if (atomic_load(&c->sandbox->stopping))
        return ERR_SERVICE_UNAVAILABLE;
    int code = m->flushed ? read_some(m) : flush(m);
    if (code != CALL_AGAIN)
        m->code = code;
    return code;
}

struct report_maker *job_report_maker(struct call *c, size_t size,
                                      int (*read)(struct report_maker *maker))
{
    struct call *of_job = &job_new(c, make)->call;
    struct report_maker *m = arena_zalloc(of_job->arena, size);
    m->c = of_job;
    m->read = read;
    m->code = ERR_SERVICE_UNAVAILABLE;
    of_job->progress = m;
    return m;
}

const char *job_report_begin(struct call *c, struct report_maker *m, const char *kind,
                             struct job_report *first, struct job_report *report)
{
    char id[UUID_SIZE];
    uuid_new(&c->sandbox->rand, id);
    m->report = report;
    m->key = arena_printf(m->c->arena, DONE, kind, id);
    m->progress = arena_printf(m->c->arena, IN_PROGRESS, kind, id);
    arena_keep(m->c->arena, release, m);
    insert(c, first, m->progress);
    return arena_strdup(c->arena, id);
}

/* AWS undocumented: the sentence. */
int job_report_find(struct call *c, const char *kind, const char *id, const struct job_report **ret)
{
    struct cache *reports = c->sandbox->access_reports;
    const char *progress = arena_printf(c->arena, IN_PROGRESS, kind, id);
    struct cached *entry = cache_acquire(reports, str_of(progress));
    if (!entry)
        entry = cache_acquire(reports, str_of(arena_printf(c->arena, DONE, kind, id)));
    if (entry)
        cached_keep(entry, c->arena);
    *ret = (const struct job_report *)entry;
    if (!entry || strcmp((*ret)->asker, asker(c)) != 0)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The job with id %s cannot be found.", id);
    return OK;
}
