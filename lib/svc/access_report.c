/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/access_report.h"

#include "account_api.h"
#include "base/mem.h"
#include "model/ids.h"
#include "organizations_api.h"
#include "queries.h"
#include "sts_api.h"

enum { TRACKED_SECONDS = 400 * 24 * 3600 };

struct maker {
    struct call *c;
    struct access_report *report;
    const struct view *view;
    bool by_action;
    struct access_row_list used;
    struct access_count_row_list counts;
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

static int add_services(struct maker *m, struct arena *scratch)
{
    size_t n = 0;
    while (reference_prefix(n))
        n++;
    m->report->services.v = NEW_ARRAY(&m->report->arena, struct iam_service_last_accessed, n);
    for (size_t i = 0; i < n; i++) {
        if (atomic_load_explicit(&m->c->sandbox->stopping, memory_order_relaxed))
            return call_stopped(m->c);
        arena_reset(scratch);
        TRY(add_service(m, reference_load(scratch, str_of(reference_prefix(i)))));
    }
    return OK;
}

static int fill(struct maker *m)
{
    const struct access_report *report = m->report;
    int64_t since = access_report_since(m->c);
    struct arena scratch;
    TRY(q_access_actions(
        m->c->tx, &(struct q_access_actions){report->account, report->subject, since}, &m->used));
    TRY(q_access_counts(
        m->c->tx, &(struct q_access_counts){report->account, report->subject, since}, &m->counts));
    arena_init(&scratch);
    int code = add_services(m, &scratch);
    arena_done(&scratch);
    return code;
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

static struct access_report *new_report(struct call *c, const char *subject,
                                        const char *granularity)
{
    struct access_report *report = mem_alloc(sizeof *report);
    arena_init(&report->arena);
    report->base.destroy = destroy;
    atomic_store(&report->base.refs, 1);
    report->account = arena_strdup(&report->arena, c->account);
    report->asker = arena_strdup(&report->arena, asker(c));
    report->subject = arena_strdup(&report->arena, subject);
    report->granularity = arena_strdup(&report->arena, granularity);
    report->created = clock_now_ms(&c->sandbox->clock);
    return report;
}

int access_report_make(struct call *c, const char *subject, const struct view *view,
                       const char *granularity, const char **ret_id)
{
    char id[UUID_SIZE];
    struct access_report *report = new_report(c, subject, granularity);
    struct maker m = {.c = c,
                      .report = report,
                      .view = view,
                      .by_action = strcmp(granularity, "ACTION_LEVEL") == 0};
    int code = fill(&m);
    if (code < 0) {
        cached_release(&report->base);
        return code;
    }
    uuid_new(&c->sandbox->rand, id);
    *ret_id = arena_strdup(c->arena, id);
    report->completed = clock_now_ms(&c->sandbox->clock);
    report->base.key = str_of(arena_strdup(&report->arena, id));
    report->base.size = sizeof *report + report->arena.total;
    uint64_t ticket = cache_ticket(c->sandbox->access_reports);
    cached_release(cache_insert(c->sandbox->access_reports, &report->base, ticket));
    return OK;
}

/* AWS undocumented: the sentence. */
int access_report_find(struct call *c, const char *id, const struct access_report **ret)
{
    struct cached *entry = cache_acquire(c->sandbox->access_reports, str_of(id));
    if (entry)
        cached_keep(entry, c->arena);
    *ret = (const struct access_report *)entry;
    if (!entry || strcmp((*ret)->asker, asker(c)) != 0)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The job with id %s cannot be found.", id);
    return OK;
}
