/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/access_report.h"

#include "account_api.h"
#include "authn/last_used.h"
#include "base/mem.h"
#include "call/job.h"
#include "model/ids.h"
#include "model/reference.h"
#include "organizations_api.h"
#include "queries.h"
#include "sts_api.h"
#include "svc/access_subject.h"

enum {
    TRACKED_SECONDS = 400 * 24 * 3600,
    SERVICES = 16, /* of a slice, which takes about a millisecond */
};

/* The key of a report that is being made. */
#define IN_PROGRESS "%s in progress"

/* What the job has made so far. */
struct maker {
    struct call *c;
    struct access_report *report;
    const char *arn, *id, *progress; /* of the subject; keys of the report and of the one before */
    int code;                        /* how it ends */
    bool flushed;
    bool by_action;
    struct view *view; /* NULL: it is not read yet */
    struct access_row_list used;
    struct access_count_row_list counts;
    size_t n_services; /* looked at */
};

int64_t access_report_since(const struct call *c)
{
    return c->now - TRACKED_SECONDS;
}

bool access_report_counts(const struct authz_policy *policy)
{
    return policy->layer == AUTHZ_LAYER_IDENTITY &&
           (policy->arn || !policy->owner || !str_starts(str_of(policy->owner), STR("the ")));
}

static bool may_use(const struct view *view, const struct reference_service *service,
                    const struct reference_action *action)
{
    bool allows = false;
    for (size_t i = 0; i < view->principal.n_policies; i++) {
        const struct authz_policy *policy = &view->principal.policies[i];
        if (!access_report_counts(policy))
            continue;
        struct policy_reach reach = policy_reach(policy->policy, service, action);
        if (reach.denies)
            return false;
        allows |= reach.allows;
    }
    return allows;
}

/* AWS tracks actions of some services: of those that are served here, all operations; others, such
   as iam:PassRole, nobody calls. */
static bool is_tracked(struct str service, struct str action)
{
    static const struct api_service *const services[] = {&account_service, &iam_service,
                                                         &organizations_service, &sts_service};
    for (size_t i = 0; i < ARRAY_LEN(services); i++) {
        if (str_is(service, services[i]->name))
            return api_find(services[i], action) != NULL;
    }
    return false;
}

static const struct access_row *used_last(const struct maker *m, const char *service,
                                          const char *action)
{
    const struct access_row *last = NULL;
    for (size_t i = 0; i < m->used.n; i++) {
        const struct access_row *row = &m->used.v[i];
        if (strcmp(row->service, service) == 0 && (!action || strcmp(row->action, action) == 0) &&
            (!last || row->at > last->at))
            last = row;
    }
    return last;
}

static int who(const struct maker *m, const struct access_row *row, const char **ret_arn,
               const char **ret_region)
{
    struct access_entity_row entity;
    struct arena *a = &m->report->arena;
    TRY(q_access_last(m->c->tx,
                      &(struct q_access_last){.account = m->report->account,
                                              .subject = m->report->subject,
                                              .service = row->service,
                                              .action = row->action,
                                              .at = row->at},
                      &entity));
    *ret_arn = arena_strdup(a, entity.arn);
    *ret_region = arena_strdup(a, entity.region);
    return OK;
}

static int add_action(struct maker *m, struct iam_service_last_accessed *to, struct str name)
{
    struct iam_tracked_action_last_accessed_list *list = &to->tracked_actions_last_accessed;
    struct iam_tracked_action_last_accessed *action = &list->v[list->n++];
    action->action_name = str_dup(&m->report->arena, name);
    const struct access_row *row = used_last(m, to->service_namespace, action->action_name);
    if (!row)
        return OK;
    action->last_accessed_time = row->at;
    action->has_last_accessed_time = true;
    return who(m, row, &action->last_accessed_entity, &action->last_accessed_region);
}

static int add_use(struct maker *m, struct iam_service_last_accessed *to)
{
    const struct access_row *row = used_last(m, to->service_namespace, NULL);
    to->has_total_authenticated_entities = true;
    if (!row)
        return OK;
    for (size_t i = 0; i < m->counts.n; i++) {
        if (strcmp(m->counts.v[i].service, to->service_namespace) == 0)
            to->total_authenticated_entities = m->counts.v[i].n;
    }
    to->last_authenticated = row->at;
    to->has_last_authenticated = true;
    return who(m, row, &to->last_authenticated_entity, &to->last_authenticated_region);
}

/* The service, when there is anything in it that may be used. */
static int add_service(struct maker *m, const struct reference_service *service)
{
    struct arena *a = &m->report->arena;
    struct iam_service_last_accessed *to = NULL;
    for (size_t i = 0; i < service->n_actions; i++) {
        struct str name = service->actions[i].name;
        bool tracked = m->by_action && is_tracked(service->name, name);
        if ((to && !tracked) || !may_use(m->view, service, &service->actions[i]))
            continue;
        if (!to) {
            to = &m->report->services.v[m->report->services.n++];
            to->service_name = str_dup(a, service->title);
            to->service_namespace = str_dup(a, service->name);
            TRY(add_use(m, to));
        }
        if (tracked && !to->tracked_actions_last_accessed.v)
            to->tracked_actions_last_accessed.v =
                NEW_ARRAY(a, struct iam_tracked_action_last_accessed, service->n_actions);
        if (tracked)
            TRY(add_action(m, to, name));
    }
    return OK;
}

static int begin(struct maker *m)
{
    const struct access_report *report = m->report;
    const char *subject = NULL;
    struct view *view = NULL;
    int64_t since = access_report_since(m->c);
    size_t n = 0;
    TRY(access_subject_read(m->c, m->arn, true, &subject, &view));
    m->view = view;
    if (strcmp(subject, report->subject) != 0) /* somebody else of that name */
        return ERR_NO_SUCH_ENTITY;
    TRY(q_access_actions(
        m->c->tx, &(struct q_access_actions){report->account, report->subject, since}, &m->used));
    TRY(q_access_counts(
        m->c->tx, &(struct q_access_counts){report->account, report->subject, since}, &m->counts));
    while (reference_prefix(n))
        n++;
    m->report->services.v = NEW_ARRAY(&m->report->arena, struct iam_service_last_accessed, n);
    return OK;
}

/* All that is read goes into the arena of the job, or of the report. */
static int add_services(struct maker *m)
{
    struct arena scratch;
    int code = OK;
    arena_init(&scratch);
    const char *prefix = NULL;
    for (int i = 0; i < SERVICES && code == OK && (prefix = reference_prefix(m->n_services)); i++) {
        arena_reset(&scratch);
        code = add_service(m, reference_load(&scratch, str_of(prefix)));
        m->n_services++;
    }
    arena_done(&scratch);
    return code < 0 || !prefix ? code : CALL_AGAIN;
}

static int read_some(struct maker *m)
{
    struct tx tx;
    struct call *c = m->c;
    TRY(call_begin_look(c, &tx));
    if (m->view)
        return call_end_look(c, add_services(m));
    int code = begin(m);
    return call_end_look(c, code < 0 ? code : CALL_AGAIN);
}

/* Sessions have their own: another one of the same role may not read it. */
static const char *asker(const struct call *c)
{
    return c->session ? c->session->key_id : c->principal->id;
}

static void destroy(struct cached *entry)
{
    struct access_report *report = (struct access_report *)entry;
    arena_done(&report->arena);
    mem_free(report);
}

static struct access_report *new_report(const struct access_report *like)
{
    struct access_report *report = mem_alloc(sizeof *report);
    arena_init_small(&report->arena, 512);
    report->base.destroy = destroy;
    report->account = arena_strdup(&report->arena, like->account);
    report->asker = arena_strdup(&report->arena, like->asker);
    report->subject = arena_strdup(&report->arena, like->subject);
    report->granularity = arena_strdup(&report->arena, like->granularity);
    report->status = like->status;
    report->created = like->created;
    return report;
}

/* Under KEY; and by the name of the key it is dropped. */
static void insert(struct call *c, struct access_report *report, const char *key)
{
    const char **deps = NEW_ARRAY(&report->arena, const char *, 1);
    deps[0] = arena_strdup(&report->arena, key);
    report->base.key = str_of(deps[0]);
    report->base.deps = deps;
    report->base.n_deps = 1;
    report->base.size = sizeof *report + report->arena.total;
    uint64_t ticket = cache_ticket(c->sandbox->access_reports);
    cached_release(cache_insert(c->sandbox->access_reports, &report->base, ticket));
}

/* AWS undocumented: which jobs fail, and what is told of them. */
static void note_failure(struct access_report *report, const struct maker *m)
{
    const char *message = m->c->message ? m->c->message : "The report could not be made.";
    report->status = "FAILED";
    report->services.v = NULL;
    report->error = NEW(&report->arena, struct iam_error_details);
    report->error->code = err_face(m->code)->code;
    report->error->message = arena_strdup(&report->arena, message);
}

/* Whatever has become of it. The one in progress is there until then. */
static void release(void *maker)
{
    struct maker *m = maker;
    struct sandbox *sandbox = m->c->sandbox;
    m->report->status = "COMPLETED";
    if (m->code < 0)
        note_failure(m->report, m);
    m->report->completed = clock_now_ms(&sandbox->clock);
    insert(m->c, m->report, m->id);
    cache_invalidate(sandbox->access_reports, m->progress);
    view_release(m->view);
}

/* What has been called so far is to be in the report; what cannot be stored is not. */
static int flush(struct maker *m)
{
    struct arena scratch;
    const struct sandbox *s = m->c->sandbox;
    arena_init(&scratch);
    UNUSED int code = last_used_flush(s->last_used, s->store, s->entities, &scratch);
    arena_done(&scratch);
    m->flushed = true;
    return CALL_AGAIN;
}

/* A slice. */
static int make(struct call *c)
{
    struct maker *m = c->progress;
    if (atomic_load(&c->sandbox->stopping))
        return ERR_SERVICE_UNAVAILABLE;
    int code = m->flushed ? read_some(m) : flush(m);
    if (code != CALL_AGAIN)
        m->code = code;
    return code;
}

const char *access_report_begin(struct call *c, const char *arn, const char *subject,
                                const char *granularity)
{
    char id[UUID_SIZE];
    const struct access_report like = {.account = c->account,
                                       .asker = asker(c),
                                       .subject = subject,
                                       .granularity = granularity,
                                       .status = "IN_PROGRESS",
                                       .created = clock_now_ms(&c->sandbox->clock)};
    struct call *of_job = &job_new(c, make)->call;
    struct maker *m = NEW(of_job->arena, struct maker);
    uuid_new(&c->sandbox->rand, id);
    *m = (struct maker){.c = of_job,
                        .report = new_report(&like),
                        .arn = arena_strdup(of_job->arena, arn),
                        .id = arena_strdup(of_job->arena, id),
                        .progress = arena_printf(of_job->arena, IN_PROGRESS, id),
                        .code = ERR_SERVICE_UNAVAILABLE,
                        .by_action = strcmp(granularity, "ACTION_LEVEL") == 0};
    of_job->progress = m;
    arena_keep(of_job->arena, release, m);
    insert(c, new_report(&like), m->progress);
    return arena_strdup(c->arena, id);
}

/* AWS undocumented: the sentence. */
int access_report_find(struct call *c, const char *id, const struct access_report **ret)
{
    struct cache *reports = c->sandbox->access_reports;
    struct cached *entry = cache_acquire(reports, str_of(arena_printf(c->arena, IN_PROGRESS, id)));
    if (!entry)
        entry = cache_acquire(reports, str_of(id));
    if (entry)
        cached_keep(entry, c->arena);
    *ret = (const struct access_report *)entry;
    if (!entry || strcmp((*ret)->asker, asker(c)) != 0)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The job with id %s cannot be found.", id);
    return OK;
}
