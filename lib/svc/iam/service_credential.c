/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IAM User Guide, "Service-specific credentials for IAM users", and the pages of the services. A
 * secret is told once, when it is made; what is kept is its hash.
 */
#include "authn/service_secret.h"
#include "call/page.h"
#include "entities.h"
#include "queries.h"
#include "svc/find.h"

static const int64_t day = 24 * 60 * 60;

/* Those that have credentials of their own. A prefix is that of API keys, which have an alias and a
   secret where others have a user name and a password. */
static const struct service {
    const char *name, *prefix;
} services[] = {
    {"aws-external-anthropic.amazonaws.com", "AEAA"},
    {"bedrock.amazonaws.com", "ABSK"},
    {"cassandra.amazonaws.com", NULL},
    {"cloudwatch.amazonaws.com", "APIAACWM"},
    {"codecommit.amazonaws.com", NULL},
    {"logs.amazonaws.com", "ACWL"},
};

static const struct service *service_named(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(services); i++) {
        if (strcmp(services[i].name, name) == 0)
            return &services[i];
    }
    return NULL;
}

/* AWS undocumented: the words for characters that no name has. */
static int check_characters(struct call *c, const char *name)
{
    bool ok = *name;
    for (const char *p = name; *p; p++)
        ok = ok && (ascii_is_alnum(*p) || *p == '.' || *p == '-');
    return ok ? OK
              : call_fail(c, ERR_VALIDATION_ERROR,
                          "The specified value for serviceName is invalid. It must contain only "
                          "alphanumeric characters and/or the following: .-");
}

static int find_service(struct call *c, const char *name, const struct service **ret)
{
    *ret = service_named(name);
    return *ret ? OK
                : call_fail(c, ERR_NOT_SUPPORTED_SERVICE,
                            "No such service %s is supported for Service Specific Credentials",
                            name);
}

static const char *status_of(const struct call *c, const struct service_credential_row *row)
{
    return row->has_expires && row->expires <= c->now ? "Expired" : row->status;
}

/* A new secret, told and to be kept as its hash. */
static struct iam_service_specific_credential *
describe(struct call *c, const struct service_credential_row *row, const char **ret_hash)
{
    const struct service *service = service_named(row->service);
    struct iam_service_specific_credential *told =
        NEW(c->arena, struct iam_service_specific_credential);
    const char *secret =
        service_secret_new(c->arena, &c->sandbox->rand, service->prefix, row->name);
    told->create_date = row->created;
    told->expiration_date = row->expires;
    told->has_expiration_date = row->has_expires;
    told->service_name = row->service;
    *(service->prefix ? &told->service_credential_alias : &told->service_user_name) = row->name;
    *(service->prefix ? &told->service_credential_secret : &told->service_password) = secret;
    told->service_specific_credential_id = row->id;
    told->user_name = row->user_name;
    told->status = status_of(c, row);
    *ret_hash = service_secret_hash(c->arena, secret);
    return told;
}

static int insert(struct call *c, const struct service_credential_row *row, const char *hash,
                  int64_t ordinal)
{
    return q_service_credential_insert(
        c->tx, &(struct q_service_credential_insert){.id = row->id,
                                                     .account = row->account,
                                                     .owner = row->owner,
                                                     .service = row->service,
                                                     .base = call_fold(c, row->user_name),
                                                     .ordinal = ordinal,
                                                     .name = row->name,
                                                     .name_key = call_fold(c, row->name),
                                                     .hash = hash,
                                                     .created = row->created,
                                                     .expires = row->expires,
                                                     .has_expires = row->has_expires});
}

/*
 * The name is the user's, and a number when others have it: "alice-at-123456789012",
 * "alice+1-at-123456789012". A user may also be called "alice+1"; then the next number is taken.
 * AWS undocumented: whether lower numbers that became free are used before.
 */
static int add(struct call *c, struct service_credential_row *row,
               struct iam_service_specific_credential **ret)
{
    struct count_row next;
    const char *hash, *user = row->user_name;
    TRY(q_service_credential_ordinal(
        c->tx,
        &(struct q_service_credential_ordinal){row->account, row->service, call_fold(c, user)},
        &next));
    for (int64_t i = next.n; true; i++) {
        row->name = i ? arena_printf(c->arena, "%s+%lld-at-%s", user, (long long)i, row->account)
                      : arena_printf(c->arena, "%s-at-%s", user, row->account);
        *ret = describe(c, row, &hash);
        TRY(insert(c, row, hash, i));
        if (c->tx->changes)
            return OK;
    }
}

int iam_create_service_specific_credential(
    struct call *c, const struct iam_create_service_specific_credential_in *in,
    struct iam_create_service_specific_credential_out *out)
{
    struct iam_user *user;
    const struct service *service;
    struct count_row has;
    TRY(check_characters(c, in->service_name));
    TRY(entity_find_user(c, in->user_name, &user));
    TRY(find_service(c, in->service_name, &service));
    TRY(q_service_credential_count_of_service(
        c->tx, &(struct q_service_credential_count_of_service){user->user_id, service->name},
        &has));
    TRY(call_check_quota(c, QUOTA_SERVICE_SPECIFIC_CREDENTIALS_PER_USER, has.n + 1));
    struct service_credential_row row = {
        .id = entity_new_id(c, RESOURCE_SERVICE_SPECIFIC_CREDENTIAL),
        .account = c->account,
        .owner = user->user_id,
        .service = service->name,
        .status = "Active",
        .created = c->now,
        .expires = c->now + in->credential_age_days * day,
        .has_expires = in->has_credential_age_days,
        .user_name = user->user_name,
    };
    return add(c, &row, &out->service_specific_credential);
}

/* AWS undocumented: the words for one of another user. */
static int find_credential(struct call *c, const char *name, const char *id,
                           struct service_credential_row **ret)
{
    struct holder holder;
    TRY(find_holder(c, name, &holder));
    TRY(entity_find_service_specific_credential(c, id, ret));
    if (strcmp((*ret)->account, c->account) != 0)
        return entity_missing(c, RESOURCE_SERVICE_SPECIFIC_CREDENTIAL, id);
    return strcmp((*ret)->owner, holder.id) == 0
               ? OK
               : call_fail(c, ERR_VALIDATION_ERROR,
                           "The credential %s does not belong to the user.", id);
}

int iam_update_service_specific_credential(
    struct call *c, const struct iam_update_service_specific_credential_in *in)
{
    struct service_credential_row *row;
    TRY(find_credential(c, in->user_name, in->service_specific_credential_id, &row));
    if (strcmp(in->status, "Expired") == 0) /* AWS undocumented: wording */
        return call_fail(c, ERR_INVALID_INPUT,
                         "The status of a credential cannot be set to "
                         "Expired.");
    return q_service_credential_set_status(
        c->tx, &(struct q_service_credential_set_status){row->id, in->status});
}

int iam_reset_service_specific_credential(struct call *c,
                                          const struct iam_reset_service_specific_credential_in *in,
                                          struct iam_reset_service_specific_credential_out *out)
{
    struct service_credential_row *row;
    const char *hash;
    TRY(find_credential(c, in->user_name, in->service_specific_credential_id, &row));
    out->service_specific_credential = describe(c, row, &hash);
    return q_service_credential_set_hash(c->tx,
                                         &(struct q_service_credential_set_hash){row->id, hash});
}

int iam_delete_service_specific_credential(
    struct call *c, const struct iam_delete_service_specific_credential_in *in)
{
    struct service_credential_row *row;
    TRY(find_credential(c, in->user_name, in->service_specific_credential_id, &row));
    return q_service_credential_delete(c->tx, &(struct q_service_credential_delete){row->id});
}

static int check_list(struct call *c, const struct iam_list_service_specific_credentials_in *in)
{
    const struct service *service;
    if (in->all_users && in->user_name) /* AWS undocumented: wording */
        return call_fail(c, ERR_INVALID_INPUT, "UserName cannot be specified with AllUsers.");
    if (!in->service_name)
        return OK;
    TRY(check_characters(c, in->service_name));
    return find_service(c, in->service_name, &service);
}

static int read_page(struct call *c, const struct iam_list_service_specific_credentials_in *in,
                     const char *owner, struct service_credential_row_list *ret)
{
    struct page_made at;
    int64_t limit = in->max_items + 1;
    TRY(page_after_made(c, in->marker, &at));
    if (!in->all_users) {
        const struct q_service_credential_page_of_owner query = {owner, in->service_name, at.at,
                                                                 at.id, limit};
        return q_service_credential_page_of_owner(c->tx, &query, ret);
    }
    if (in->service_name) {
        const struct q_service_credential_page_of_service query = {c->account, in->service_name,
                                                                   at.at, at.id, limit};
        return q_service_credential_page_of_service(c->tx, &query, ret);
    }
    return q_service_credential_page(
        c->tx, &(struct q_service_credential_page){c->account, at.at, at.id, limit}, ret);
}

static void summarize(const struct call *c, const struct service_credential_row *row,
                      struct iam_service_specific_credential_metadata *ret)
{
    bool has_alias = service_named(row->service)->prefix;
    *(has_alias ? &ret->service_credential_alias : &ret->service_user_name) = row->name;
    ret->user_name = row->user_name;
    ret->status = status_of(c, row);
    ret->create_date = row->created;
    ret->expiration_date = row->expires;
    ret->has_expiration_date = row->has_expires;
    ret->service_specific_credential_id = row->id;
    ret->service_name = row->service;
}

int iam_list_service_specific_credentials(struct call *c,
                                          const struct iam_list_service_specific_credentials_in *in,
                                          struct iam_list_service_specific_credentials_out *out)
{
    struct holder holder = {c->account, NULL};
    struct service_credential_row_list rows;
    TRY(check_list(c, in));
    if (!in->all_users)
        TRY(find_holder(c, in->user_name, &holder));
    TRY(read_page(c, in, holder.id, &rows));
    struct iam_service_specific_credential_metadata *credentials =
        NEW_ARRAY(c->arena, struct iam_service_specific_credential_metadata, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        summarize(c, &rows.v[i], &credentials[i]);
    out->service_specific_credentials.n = rows.n;
    out->service_specific_credentials.v = credentials;
    PAGE_CUT(c, in, out, service_specific_credentials,
             page_made(c, rows.v[in->max_items - 1].created, rows.v[in->max_items - 1].id));
    out->has_is_truncated = in->all_users || out->is_truncated;
    return OK;
}
