/* SPDX-License-Identifier: Apache-2.0 */
/* What SCPs let the accounts of an organization use, and when they last did. */
#include <inttypes.h>
#include <stdlib.h>

#include "access/organization.h"
#include "call/page.h"
#include "svc/organization_report.h"

/* AWS undocumented: what others than the management account are told. */
int iam_generate_organizations_access_report(
    struct call *c, const struct iam_generate_organizations_access_report_in *in,
    struct iam_generate_organizations_access_report_out *out)
{
    const struct membership *membership;
    TRY(membership_of(c, c->account, &membership));
    struct str rest = str_of(in->entity_path), organization = str_cut(&rest, '/');
    if (!membership->is_management || !str_is(organization, membership->organization))
        return call_fail(c, ERR_ACCESS_DENIED,
                         "Only the management account of the organization can generate the "
                         "report.");
    out->job_id = organization_report_begin(c, membership->organization, in->entity_path,
                                            in->organizations_policy_id);
    return OK;
}

static int by_name(const void *one, const void *other)
{
    const struct iam_access_detail *a = one, *b = other;
    return strcmp(a->service_namespace, b->service_namespace);
}

static int by_name_down(const void *one, const void *other)
{
    return by_name(other, one);
}

static int by_time(const void *one, const void *other)
{
    const struct iam_access_detail *a = one, *b = other;
    int64_t first = a->last_authenticated_time, second = b->last_authenticated_time;
    return first != second ? (first < second ? -1 : 1) : by_name(one, other);
}

static int by_time_down(const void *one, const void *other)
{
    const struct iam_access_detail *a = one, *b = other;
    int64_t first = a->last_authenticated_time, second = b->last_authenticated_time;
    return first != second ? (first > second ? -1 : 1) : by_name(one, other);
}

/* A copy of the report's services in the order that is asked for. */
static struct iam_access_detail *sorted(struct call *c, const struct iam_access_detail_list *list,
                                        struct str order)
{
    struct iam_access_detail *v = NEW_ARRAY(c->arena, struct iam_access_detail, list->n + 1);
    memcpy(v, list->v, list->n * sizeof *v);
    bool down = str_is(order, "SERVICE_NAMESPACE_DESCENDING");
    if (str_is(order, "LAST_AUTHENTICATED_TIME_ASCENDING"))
        qsort(v, list->n, sizeof *v, by_time);
    else if (str_is(order, "LAST_AUTHENTICATED_TIME_DESCENDING"))
        qsort(v, list->n, sizeof *v, by_time_down);
    else
        qsort(v, list->n, sizeof *v, down ? by_name_down : by_name);
    return v;
}

static int64_t not_accessed(const struct iam_access_detail_list *list)
{
    int64_t n = 0;
    for (size_t i = 0; i < list->n; i++)
        n += !list->v[i].has_last_authenticated_time;
    return n;
}

/* Pages begin at a number. */
int iam_get_organizations_access_report(struct call *c,
                                        const struct iam_get_organizations_access_report_in *in,
                                        struct iam_get_organizations_access_report_out *out)
{
    const char *after;
    const struct organization_report *report;
    int64_t first = 0;
    TRY(organization_report_find(c, in->job_id, &report));
    TRY(page_after(c, in->marker, &after));
    if (*after && !str_to_int64(str_of(after), &first))
        return call_invalid(c, (struct shape_fault){.wrong = SHAPE_TOKEN}, "Invalid Marker.");
    out->job_status = report->base.status;
    out->job_creation_date = report->base.created;
    out->error_details = report->base.error;
    if (!report->base.completed)
        return OK;
    out->job_completion_date = report->base.completed;
    out->has_job_completion_date = true;
    out->number_of_services_accessible = (int64_t)report->services.n;
    out->number_of_services_not_accessed = not_accessed(&report->services);
    out->has_number_of_services_accessible = out->has_number_of_services_not_accessed =
        !report->base.error;
    size_t n = report->base.error ? 0 : report->services.n;
    size_t from = (size_t)first < n ? (size_t)first : n;
    size_t most = (size_t)in->max_items + 1;
    out->access_details.v = sorted(c, &report->services, str_of(in->sort_key)) + from;
    out->access_details.n = n - from < most ? n - from : most;
    PAGE_CUT(c, in, out, access_details, arena_printf(c->arena, "%" PRId64, first + in->max_items));
    return OK;
}
