/* SPDX-License-Identifier: Apache-2.0 */
/* What users, groups, roles and policies may do, and when somebody last did. */
#include "call/page.h"
#include "model/reference.h"
#include "queries.h"
#include "svc/access_report.h"
#include "svc/access_subject.h"

int iam_generate_service_last_accessed_details(
    struct call *c, const struct iam_generate_service_last_accessed_details_in *in,
    struct iam_generate_service_last_accessed_details_out *out)
{
    const char *subject = NULL;
    TRY(access_subject_read(c, in->arn, true, &subject, NULL));
    out->job_id = access_report_begin(c, in->arn, subject, in->granularity);
    return OK;
}

/* While it is in progress, nothing is told but that. */
int iam_get_service_last_accessed_details(struct call *c,
                                          const struct iam_get_service_last_accessed_details_in *in,
                                          struct iam_get_service_last_accessed_details_out *out)
{
    const char *after;
    const struct access_report *report;
    TRY(access_report_find(c, in->job_id, &report));
    TRY(page_after(c, in->marker, &after));
    out->job_status = report->base.status;
    out->job_creation_date = report->base.created;
    out->job_completion_date = report->base.completed;
    out->has_job_completion_date = report->base.completed != 0;
    out->error = report->base.error;
    if (!report->base.completed || report->base.error)
        return OK;
    out->job_type = report->granularity;
    size_t first = 0, n = report->services.n;
    while (first < n && strcmp(report->services.v[first].service_namespace, after) <= 0)
        first++;
    size_t most = (size_t)in->max_items + 1;
    out->services_last_accessed.v = report->services.v + first;
    out->services_last_accessed.n = n - first < most ? n - first : most;
    PAGE_CUT(c, in, out, services_last_accessed,
             out->services_last_accessed.v[out->services_last_accessed.n - 1].service_namespace);
    return OK;
}

static bool is_role_id(const char *id)
{
    return str_starts(str_of(id), STR("AROA"));
}

static void show_entities(struct call *c, const struct access_user_row_list *rows,
                          struct iam_entity_details_list *ret)
{
    ret->v = NEW_ARRAY(c->arena, struct iam_entity_details, rows->n);
    for (size_t i = 0; i < rows->n; i++) {
        const struct access_user_row *row = &rows->v[i];
        struct iam_entity_info *info = NEW(c->arena, struct iam_entity_info);
        *info = (struct iam_entity_info){.arn = row->arn,
                                         .name = row->name,
                                         .type = is_role_id(row->id) ? "ROLE" : "USER",
                                         .id = row->id,
                                         .path = row->path};
        ret->v[ret->n++] = (struct iam_entity_details){.entity_info = info,
                                                       .last_authenticated = row->at,
                                                       .has_last_authenticated = row->at != 0};
    }
}

/* Those who are there now, whoever was when the job ran. Pages begin at a number. */
int iam_get_service_last_accessed_details_with_entities(
    struct call *c, const struct iam_get_service_last_accessed_details_with_entities_in *in,
    struct iam_get_service_last_accessed_details_with_entities_out *out)
{
    const char *after;
    const struct access_report *report;
    struct access_user_row_list rows;
    int64_t first = 0;
    TRY(access_report_find(c, in->job_id, &report));
    TRY(page_after(c, in->marker, &after));
    out->job_status = report->base.status;
    out->job_creation_date = report->base.created;
    out->job_completion_date = report->base.completed;
    out->has_job_completion_date = report->base.completed != 0;
    out->error = report->base.error;
    if (!report->base.completed || report->base.error)
        return OK;
    if (*after && !str_to_int64(str_of(after), &first))
        return call_invalid(c, (struct shape_fault){.wrong = SHAPE_TOKEN}, "Invalid Marker.");
    TRY(q_access_entities(c->tx,
                          &(struct q_access_entities){.account = report->account,
                                                      .subject = report->subject,
                                                      .service = in->service_namespace,
                                                      .since = access_report_since(c),
                                                      .offset = first,
                                                      .limit = in->max_items + 1},
                          &rows));
    show_entities(c, &rows, &out->entity_details_list);
    PAGE_CUT(c, in, out, entity_details_list,
             arena_printf(c->arena, "%lld", (long long)(first + in->max_items)));
    return OK;
}

/* By itself, whatever other policies deny. */
static bool grants(const struct policy *policy, const struct reference_service *service)
{
    for (size_t i = 0; i < service->n_actions; i++) {
        struct policy_reach reach = policy_reach(policy, service, &service->actions[i]);
        if (reach.allows && !reach.denies)
            return true;
    }
    return false;
}

/* "group crew" is GROUP and crew. */
static struct iam_policy_granting_service_access face_of(struct arena *a,
                                                         const struct authz_policy *policy)
{
    struct iam_policy_granting_service_access face = {.policy_name = arena_strdup(a, policy->name)};
    if (policy->arn) {
        face.policy_type = "MANAGED";
        face.policy_arn = arena_strdup(a, policy->arn);
        return face;
    }
    struct str name = str_of(policy->owner), kind = str_cut(&name, ' ');
    face.policy_type = "INLINE";
    face.entity_type = str_is(kind, "user") ? "USER" : str_is(kind, "role") ? "ROLE" : "GROUP";
    face.entity_name = str_dup(a, name);
    return face;
}

static void add_policies(struct call *c, const struct view *view,
                         const struct reference_service *service,
                         struct iam_policy_granting_service_access_list *ret)
{
    const struct authz_principal *p = &view->principal;
    ret->v = NEW_ARRAY(c->arena, struct iam_policy_granting_service_access, p->n_policies);
    for (size_t i = 0; i < p->n_policies; i++) {
        if (access_report_counts(&p->policies[i]) && grants(p->policies[i].policy, service))
            ret->v[ret->n++] = face_of(c->arena, &p->policies[i]);
    }
}

static bool was_before(const struct str_list *names, size_t number)
{
    for (size_t i = 0; i < number; i++) {
        if (strcmp(names->v[i], names->v[number]) == 0)
            return true;
    }
    return false;
}

static int list_services(struct call *c, const struct str_list *names, const struct view *view,
                         struct iam_list_policies_granting_service_access_entry_list *ret)
{
    ret->v = NEW_ARRAY(c->arena, struct iam_list_policies_granting_service_access_entry, names->n);
    for (size_t i = 0; i < names->n; i++) {
        const struct reference_service *service = reference_load(c->arena, str_of(names->v[i]));
        if (!service || !service->n_actions)
            return call_fail(c, ERR_INVALID_INPUT, "Invalid service namespace: [%s]", names->v[i]);
        if (was_before(names, i))
            continue;
        ret->v[ret->n].service_namespace = names->v[i];
        add_policies(c, view, service, &ret->v[ret->n++].policies);
    }
    return OK;
}

/* All of them are told at once: no marker is ever given out. */
int iam_list_policies_granting_service_access(
    struct call *c, const struct iam_list_policies_granting_service_access_in *in,
    struct iam_list_policies_granting_service_access_out *out)
{
    struct view *view = NULL;
    const char *after, *subject;
    TRY(page_after(c, in->marker, &after));
    TRY(access_subject_read(c, in->arn, false, &subject, &view));
    ENSURE(view);
    out->has_is_truncated = true;
    int code =
        list_services(c, &in->service_namespaces, view, &out->policies_granting_service_access);
    view_release(view);
    return code;
}
