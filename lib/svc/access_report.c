/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/access_report.h"

#include "account_api.h"
#include "model/reference.h"
#include "organizations_api.h"
#include "queries.h"
#include "sts_api.h"
#include "svc/access_subject.h"

enum {
    TRACKED_SECONDS = 400 * 24 * 3600,
    SERVICES = 16, /* of a slice, which takes about a millisecond */
};

#define KIND "access"

/* What the job has made so far. */
struct maker {
    struct report_maker base;
    struct access_report *report;
    const char *arn; /* of the subject */
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
    struct arena *a = &m->report->base.arena;
    TRY(q_access_last(m->base.c->tx,
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
    action->action_name = str_dup(&m->report->base.arena, name);
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
    struct arena *a = &m->report->base.arena;
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
    int64_t since = access_report_since(m->base.c);
    size_t n = 0;
    TRY(access_subject_read(m->base.c, m->arn, true, &subject, &view));
    m->view = view;
    if (strcmp(subject, report->subject) != 0) /* somebody else of that name */
        return ERR_NO_SUCH_ENTITY;
    TRY(q_access_actions(m->base.c->tx,
                         &(struct q_access_actions){report->account, report->subject, since},
                         &m->used));
    TRY(q_access_counts(m->base.c->tx,
                        &(struct q_access_counts){report->account, report->subject, since},
                        &m->counts));
    while (reference_prefix(n))
        n++;
    m->report->services.v = NEW_ARRAY(&m->report->base.arena, struct iam_service_last_accessed, n);
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

static int read_some(struct report_maker *maker)
{
    struct maker *m = (struct maker *)maker;
    if (m->view)
        return add_services(m);
    TRY(begin(m));
    return CALL_AGAIN;
}

static struct access_report *new_report(const struct call *c, const char *subject,
                                        const char *granularity)
{
    struct access_report *report =
        (struct access_report *)job_report_new(c, sizeof(struct access_report));
    report->account = arena_strdup(&report->base.arena, c->account);
    report->subject = arena_strdup(&report->base.arena, subject);
    report->granularity = arena_strdup(&report->base.arena, granularity);
    return report;
}

static void release(void *maker)
{
    const struct maker *m = maker;
    view_release(m->view);
}

const char *access_report_begin(struct call *c, const char *arn, const char *subject,
                                const char *granularity)
{
    struct maker *m = (struct maker *)job_report_maker(c, sizeof(struct maker), read_some);
    struct arena *a = m->base.c->arena;
    m->report = new_report(c, subject, granularity);
    m->arn = arena_strdup(a, arn);
    m->by_action = strcmp(granularity, "ACTION_LEVEL") == 0;
    arena_keep(a, release, m);
    return job_report_begin(c, &m->base, KIND, &new_report(c, subject, granularity)->base,
                            &m->report->base);
}

int access_report_find(struct call *c, const char *id, const struct access_report **ret)
{
    const struct job_report *report;
    TRY(job_report_find(c, KIND, id, &report));
    *ret = (const struct access_report *)report;
    return OK;
}
