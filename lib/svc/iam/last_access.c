/* SPDX-License-Identifier: Apache-2.0 */
/* What users, groups, roles and policies may do, and when somebody last did. */
#include "authn/last_used.h"
#include "call/page.h"
#include "entities.h"
#include "queries.h"
#include "svc/access_report.h"
#include "svc/policies.h"

static const char completed[] = "COMPLETED"; /* no job takes longer than its request */

/* What has been called so far is to be in the report; what cannot be stored is not. */
int iam_generate_service_last_accessed_details_prove(
    struct call *c, UNUSED const struct iam_generate_service_last_accessed_details_in *in)
{
    const struct sandbox *s = c->sandbox;
    UNUSED int code = last_used_flush(s->last_used, s->store, s->entities, c->arena);
    return OK;
}

/* AWS undocumented: the sentences about what is no entity, or not under that path. */
static int no_such_arn(struct call *c, const char *arn)
{
    return call_fail(c, ERR_NO_SUCH_ENTITY, "The entity with ARN %s cannot be found.", arn);
}

static int invalid_arn(struct call *c, const char *arn)
{
    return call_fail(c, ERR_INVALID_INPUT, "Invalid ARN: %s", arn);
}

static int read_user(struct call *c, const char *arn, const char *name, struct view **ret)
{
    struct iam_user *user;
    TRY(entity_find_user(c, name, &user));
    return strcmp(user->arn, arn) == 0 ? view_read(c->sandbox, c->tx, user->user_id, ret)
                                       : no_such_arn(c, arn);
}

static int read_role(struct call *c, const char *arn, const char *name, struct view **ret)
{
    struct iam_role *role;
    TRY(entity_find_role(c, name, &role));
    return strcmp(role->arn, arn) == 0 ? view_read(c->sandbox, c->tx, role->role_id, ret)
                                       : no_such_arn(c, arn);
}

static int read_group(struct call *c, const char *arn, const char *name, const char **ret_subject,
                      struct view **ret)
{
    struct iam_group *group;
    TRY(entity_find_group(c, name, &group));
    if (strcmp(group->arn, arn) != 0)
        return no_such_arn(c, arn);
    *ret_subject = group->group_id;
    return view_read_group(c->sandbox, c->tx, group, ret);
}

static int read_policy(struct call *c, const char *arn, const char **ret_subject, struct view **ret)
{
    struct iam_policy *policy;
    TRY(policy_find(c, arn, &policy));
    *ret_subject = policy->arn;
    return view_read_policy(c->sandbox, c->tx, policy->arn, ret);
}

/* Whose policies they are, and the policies, to be released. */
static int read_subject(struct call *c, const char *text, bool policies, const char **ret_subject,
                        struct view **ret)
{
    struct arn arn;
    struct str kind = {NULL, 0}, name = {NULL, 0};
    if (!arn_parse(str_of(text), &arn) || !str_is(arn.service, "iam") ||
        !arn_entity(&arn, &kind, &name))
        return invalid_arn(c, text);
    const char *entity = str_dup(c->arena, name);
    if (policies && str_is(kind, "policy"))
        return read_policy(c, text, ret_subject, ret);
    if (str_is(kind, "group"))
        return read_group(c, text, entity, ret_subject, ret);
    if (!str_is(kind, "user") && !str_is(kind, "role"))
        return invalid_arn(c, text);
    TRY(str_is(kind, "user") ? read_user(c, text, entity, ret) : read_role(c, text, entity, ret));
    *ret_subject = (*ret)->principal.id;
    return OK;
}

int iam_generate_service_last_accessed_details(
    struct call *c, const struct iam_generate_service_last_accessed_details_in *in,
    struct iam_generate_service_last_accessed_details_out *out)
{
    struct view *view = NULL;
    const char *subject = NULL;
    TRY(read_subject(c, in->arn, true, &subject, &view));
    ENSURE(view);
    int code = access_report_make(c, subject, view, in->granularity, &out->job_id);
    view_release(view);
    return code;
}

int iam_get_service_last_accessed_details(struct call *c,
                                          const struct iam_get_service_last_accessed_details_in *in,
                                          struct iam_get_service_last_accessed_details_out *out)
{
    const char *after;
    const struct access_report *report;
    TRY(access_report_find(c, in->job_id, &report));
    TRY(page_after(c, in->marker, &after));
    out->job_status = completed;
    out->job_type = report->granularity;
    out->job_creation_date = report->created;
    out->job_completion_date = report->completed;
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
    out->job_status = completed;
    out->job_creation_date = report->created;
    out->job_completion_date = report->completed;
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
    TRY(read_subject(c, in->arn, false, &subject, &view));
    ENSURE(view);
    out->has_is_truncated = true;
    int code =
        list_services(c, &in->service_namespaces, view, &out->policies_granting_service_access);
    view_release(view);
    return code;
}
