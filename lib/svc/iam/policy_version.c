/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "call/page.h"
#include "svc/policies.h"

static const char *version_id(struct call *c, int64_t number)
{
    return arena_printf(c->arena, "v%" PRId64, number);
}

/* "v12"; 0, which no version has, when it has a suffix or is too long a number. */
static int64_t number_of(const char *id)
{
    int64_t number = 0;
    return str_to_int64(str_of(id + 1), &number) ? number : 0;
}

static int no_such_version(struct call *c, const char *arn, const char *id)
{
    return call_fail(c, ERR_NO_SUCH_ENTITY,
                     "Policy %s version %s does not exist or is not attachable.", arn, id);
}

/* AWS's policies have one version here: the default one. */
static bool managed_version(struct call *c, const char *arn, bool document,
                            struct iam_policy_version *ret)
{
    struct managed_policy managed;
    if (!managed_find(str_of(arn), &managed))
        return false;
    *ret = (struct iam_policy_version){
        .document = document ? managed_document(c->arena, &managed) : NULL,
        .version_id = version_id(c, managed.version),
        .is_default_version = true,
        .create_date = managed.updated,
    };
    return true;
}

static int find_version(struct call *c, const char *arn, const char *id,
                        struct iam_policy_version *ret)
{
    struct iam_policy *policy;
    TRY(policy_find(c, arn, &policy));
    if (managed_version(c, arn, true, ret))
        return strcmp(ret->version_id, id) == 0 ? OK : no_such_version(c, arn, id);
    int code = q_version_get(
        c->tx, &(struct q_version_get){.policy = policy->arn, .number = number_of(id)}, ret);
    return code == ERR_NOT_FOUND ? no_such_version(c, arn, id) : code;
}

static int check_quota(struct call *c, const char *arn)
{
    struct count_row versions;
    TRY(q_version_count(c->tx, &(struct q_version_count){.policy = arn}, &versions));
    int64_t quota = call_quota(c, QUOTA_VERSIONS_PER_POLICY);
    if (versions.n < quota)
        return OK;
    return call_fail(c, ERR_LIMIT_EXCEEDED,
                     "A managed policy can have up to %" PRId64 " versions. Before you create a "
                     "new version, you must delete an existing version.",
                     quota);
}

static int set_default(struct call *c, const char *arn, int64_t number)
{
    return q_version_set_default(
        c->tx, &(struct q_version_set_default){.policy = arn, .number = number, .updated = c->now});
}

int iam_create_policy_version(struct call *c, const struct iam_create_policy_version_in *in,
                              struct iam_create_policy_version_out *out)
{
    struct iam_policy *policy;
    struct last_version_row row;
    TRY(policy_find(c, in->policy_arn, &policy));
    TRY(policy_check_document(c, in->policy_document));
    const char *arn = policy->arn;
    TRY(check_quota(c, arn));
    TRY(q_version_last(c->tx, &(struct q_version_last){.policy = arn}, &row));
    int64_t number = row.last + 1;
    TRY(q_version_insert(c->tx, &(struct q_version_insert){.policy = arn,
                                                           .number = number,
                                                           .document = in->policy_document,
                                                           .created = c->now}));
    TRY(q_version_note_last(
        c->tx, &(struct q_version_note_last){.policy = arn, .number = number, .updated = c->now}));
    if (in->set_as_default)
        TRY(set_default(c, arn, number));
    out->policy_version = NEW(c->arena, struct iam_policy_version);
    out->policy_version->version_id = version_id(c, number);
    out->policy_version->is_default_version = in->set_as_default;
    out->policy_version->create_date = c->now;
    return OK;
}

int iam_get_policy_version(struct call *c, const struct iam_get_policy_version_in *in,
                           struct iam_get_policy_version_out *out)
{
    out->policy_version = NEW(c->arena, struct iam_policy_version);
    return find_version(c, in->policy_arn, in->version_id, out->policy_version);
}

/* Newest first; documents are GetPolicyVersion's to answer. */
int iam_list_policy_versions(struct call *c, const struct iam_list_policy_versions_in *in,
                             struct iam_list_policy_versions_out *out)
{
    struct iam_policy *policy;
    const char *after;
    TRY(policy_find(c, in->policy_arn, &policy));
    TRY(page_after(c, in->marker, &after));
    struct iam_policy_version *only = NEW(c->arena, struct iam_policy_version);
    out->versions = (struct iam_policy_version_list){1, only};
    if (managed_version(c, policy->arn, false, only))
        return OK;
    TRY(q_version_page(c->tx,
                       &(struct q_version_page){.policy = policy->arn,
                                                .below = *after ? number_of(after) : INT64_MAX,
                                                .limit = in->max_items + 1},
                       &out->versions));
    for (size_t i = 0; i < out->versions.n; i++)
        out->versions.v[i].document = NULL;
    PAGE_CUT(c, in, out, versions, out->versions.v[out->versions.n - 1].version_id);
    return OK;
}

int iam_delete_policy_version(struct call *c, const struct iam_delete_policy_version_in *in)
{
    struct iam_policy_version version;
    TRY(find_version(c, in->policy_arn, in->version_id, &version));
    if (version.is_default_version)
        return call_fail(c, ERR_DELETE_CONFLICT, "Cannot delete the default version of a policy.");
    return q_version_delete(c->tx, &(struct q_version_delete){.policy = in->policy_arn,
                                                              .number = number_of(in->version_id)});
}

int iam_set_default_policy_version(struct call *c,
                                   const struct iam_set_default_policy_version_in *in)
{
    struct iam_policy_version version;
    TRY(find_version(c, in->policy_arn, in->version_id, &version));
    return version.is_default_version ? OK
                                      : set_default(c, in->policy_arn, number_of(in->version_id));
}
