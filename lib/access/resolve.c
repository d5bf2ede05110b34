/* SPDX-License-Identifier: Apache-2.0 */
#include "access/resolve.h"

#include <inttypes.h>

#include "authz/authz.h"
#include "iam_api.h"
#include "model/arn.h"
#include "model/linked_role.h"
#include "model/managed.h"
#include "queries.h"
#include "sts_api.h"

int resolve_user(struct call *c, const char *name, struct iam_user **ret)
{
    if (!c->found.user || !str_eq_fold(str_of(c->found.user->user_name), str_of(name))) {
        struct iam_user *user = NEW(c->arena, struct iam_user);
        TRY(q_user_get(c->tx,
                       &(struct q_user_get){.account = c->account, .name_key = call_fold(c, name)},
                       user));
        c->found.user = user;
    }
    *ret = c->found.user;
    return OK;
}

int resolve_user_by_id(struct call *c, const char *id, struct iam_user **ret)
{
    if (!c->found.user || strcmp(c->found.user->user_id, id) != 0) {
        struct iam_user *user = NEW(c->arena, struct iam_user);
        TRY(q_user_get_by_id(c->tx, &(struct q_user_get_by_id){.id = id}, user));
        c->found.user = user;
    }
    *ret = c->found.user;
    return OK;
}

int resolve_group(struct call *c, const char *name, struct iam_group **ret)
{
    if (!c->found.group || !str_eq_fold(str_of(c->found.group->group_name), str_of(name))) {
        struct iam_group *group = NEW(c->arena, struct iam_group);
        TRY(q_group_get(
            c->tx, &(struct q_group_get){.account = c->account, .name_key = call_fold(c, name)},
            group));
        c->found.group = group;
    }
    *ret = c->found.group;
    return OK;
}

int resolve_role(struct call *c, const char *name, struct iam_role **ret)
{
    if (!c->found.role || !str_eq_fold(str_of(c->found.role->role_name), str_of(name))) {
        struct iam_role *role = NEW(c->arena, struct iam_role);
        TRY(q_role_get(c->tx,
                       &(struct q_role_get){.account = c->account, .name_key = call_fold(c, name)},
                       role));
        c->found.role = role;
    }
    *ret = c->found.role;
    return OK;
}

int resolve_instance_profile(struct call *c, const char *name, struct iam_instance_profile **ret)
{
    struct iam_instance_profile *profile = c->found.instance_profile;
    if (!profile || !str_eq_fold(str_of(profile->instance_profile_name), str_of(name))) {
        profile = NEW(c->arena, struct iam_instance_profile);
        TRY(q_profile_get(c->tx, &(struct q_profile_get){c->account, call_fold(c, name)}, profile));
        c->found.instance_profile = profile;
    }
    *ret = profile;
    return OK;
}

const char *resolve_oidc_name(const char *url)
{
    const char *end = strstr(url, "://");
    return end ? end + 3 : url;
}

int resolve_oidc_provider(struct call *c, const char *arn, struct oidc_row **ret)
{
    if (!c->found.oidc_provider || strcmp(c->found.oidc_provider->arn, arn) != 0) {
        struct oidc_row *provider = NEW(c->arena, struct oidc_row);
        TRY(q_oidc_get(c->tx, &(struct q_oidc_get){c->account, arn}, provider));
        c->found.oidc_provider = provider;
    }
    *ret = c->found.oidc_provider;
    return OK;
}

struct iam_policy resolve_managed(struct arena *a, const struct managed_policy *managed,
                                  const struct use_row *use)
{
    return (struct iam_policy){
        .policy_name = managed->name,
        .default_version_id = arena_printf(a, "v%" PRId64, managed->version),
        .policy_id = managed->id,
        .path = managed->path,
        .arn = managed_arn(a, managed),
        .attachment_count = use ? use->attachments : 0,
        .permissions_boundary_usage_count = use ? use->boundaries : 0,
        .is_attachable = true,
        .create_date = managed->created,
        .update_date = managed->updated,
    };
}

static int policy_of_aws(struct call *c, const struct managed_policy *managed, const char *arn,
                         struct iam_policy *ret)
{
    struct use_row use;
    int code = q_use_get(c->tx, &(struct q_use_get){.account = c->account, .policy = arn}, &use);
    if (code != OK && code != ERR_NOT_FOUND)
        return code;
    *ret = resolve_managed(c->arena, managed, code == OK ? &use : NULL);
    return OK;
}

int resolve_policy(struct call *c, const char *arn, struct iam_policy **ret)
{
    struct managed_policy managed;
    if (!c->found.policy || strcmp(c->found.policy->arn, arn) != 0) {
        struct iam_policy *policy = NEW(c->arena, struct iam_policy);
        if (managed_find(str_of(arn), &managed))
            TRY(policy_of_aws(c, &managed, arn, policy));
        else
            TRY(q_managed_get(c->tx, &(struct q_managed_get){.account = c->account, .arn = arn},
                              policy));
        c->found.policy = policy;
    }
    *ret = c->found.policy;
    return OK;
}

int resolve_saml_provider(struct call *c, const char *text, struct saml_row **ret)
{
    struct arn arn;
    struct str rest;
    if (!c->found.saml_provider || strcmp(c->found.saml_provider->arn, text) != 0) {
        if (!arn_parse(str_of(text), &arn) || !str_is(arn.service, "iam"))
            return ERR_NOT_FOUND;
        rest = arn.resource;
        if (!str_is(str_cut(&rest, '/'), "saml-provider") || !rest.p)
            return ERR_NOT_FOUND;
        struct saml_row *provider = NEW(c->arena, struct saml_row);
        TRY(q_saml_get(c->tx,
                       &(struct q_saml_get){.account = str_dup(c->arena, arn.account),
                                            .name_key = str_fold(c->arena, rest)},
                       provider));
        c->found.saml_provider = provider;
    }
    *ret = c->found.saml_provider;
    return OK;
}

/* Keys of other accounts do not exist for the caller. */
int resolve_key(struct call *c, const char *id, struct key_row **ret)
{
    if (!c->found.key || strcmp(c->found.key->id, id) != 0) {
        struct key_row *key = NEW(c->arena, struct key_row);
        TRY(q_key_get(c->tx, &(struct q_key_get){.id = id}, key));
        if (strcmp(key->account, c->account) != 0)
            return ERR_NOT_FOUND;
        c->found.key = key;
    }
    *ret = c->found.key;
    return OK;
}

/* AWS undocumented: that serial numbers, which are ARNs, have to be in the letter case of the
   device although names that differ only in that are taken. */
int resolve_mfa(struct call *c, const char *serial, struct mfa_row **ret)
{
    if (!c->found.mfa || strcmp(c->found.mfa->serial, serial) != 0) {
        struct mfa_row *device = NEW(c->arena, struct mfa_row);
        TRY(q_mfa_get(c->tx, &(struct q_mfa_get){c->account, call_fold(c, serial)}, device));
        if (strcmp(device->serial, serial) != 0)
            return ERR_NOT_FOUND; /* other letter case */
        c->found.mfa = device;
    }
    *ret = c->found.mfa;
    return OK;
}

static const char *member(const void *in, uint16_t offset)
{
    return offset == API_NO_MEMBER ? NULL : *(const char *const *)((const char *)in + offset);
}

/* What has an ARN, as far as permissions are concerned. */
struct entity {
    const char *name, *path, *arn, *id, *boundary;
};

static char *entity_arn(struct call *c, enum api_resource kind, const struct entity *e)
{
    switch (kind) {
    case RESOURCE_GROUP:
        return iam_group_arn(c->arena, c->account, e->path, e->name);
    case RESOURCE_ROLE:
    case RESOURCE_SERVICE_LINKED_ROLE:
    case RESOURCE_DELETION_TASK:
        return iam_role_arn(c->arena, c->account, e->path, e->name);
    case RESOURCE_INSTANCE_PROFILE:
        return iam_instance_profile_arn(c->arena, c->account, e->path, e->name);
    case RESOURCE_POLICY:
        return iam_policy_arn(c->arena, c->account, e->path, e->name);
    case RESOURCE_MFA:
        return iam_mfa_arn(c->arena, c->account, e->path, e->name);
    case RESOURCE_FEDERATED_USER:
        return sts_federated_user_arn(c->arena, c->account, e->name);
    case RESOURCE_OIDC_PROVIDER:
        return iam_oidc_provider_arn(c->arena, c->account, resolve_oidc_name(e->name));
    case RESOURCE_SAML_PROVIDER:
        return iam_saml_provider_arn(c->arena, c->account, e->name);
    default:
        return iam_user_arn(c->arena, c->account, e->path, e->name);
    }
}

static void from_user(struct entity *ret, const struct iam_user *user)
{
    const struct iam_attached_permissions_boundary *boundary = user->permissions_boundary;
    *ret = (struct entity){user->user_name, user->path, user->arn, user->user_id,
                           boundary ? boundary->permissions_boundary_arn : NULL};
}

/* A session that means itself is told off as the user of its own name. */
static int no_user(const struct call *c, const struct api_auth *row, struct entity *ret)
{
    if (row->self && c->principal->kind == PRINCIPAL_SESSION)
        ret->name = strchr(c->principal->id, ':') + 1;
    return ERR_NOT_FOUND;
}

static int find_user(struct call *c, const struct api_auth *row, const char *name,
                     struct entity *ret)
{
    struct iam_user *user;
    if (!name && row->self && c->principal->kind == PRINCIPAL_USER)
        TRY(resolve_user_by_id(c, c->principal->id, &user));
    else if (name)
        TRY(resolve_user(c, name, &user));
    else
        return no_user(c, row, ret);
    from_user(ret, user);
    return OK;
}

static int find_group(struct call *c, const char *name, struct entity *ret)
{
    struct iam_group *group;
    TRY(resolve_group(c, name, &group));
    *ret = (struct entity){group->group_name, group->path, group->arn, group->group_id, NULL};
    return OK;
}

static int find_role(struct call *c, const char *name, struct entity *ret)
{
    struct iam_role *role;
    TRY(resolve_role(c, name, &role));
    const struct iam_attached_permissions_boundary *boundary = role->permissions_boundary;
    *ret = (struct entity){role->role_name, role->path, role->arn, role->role_id,
                           boundary ? boundary->permissions_boundary_arn : NULL};
    return OK;
}

/* "task/aws-service-role/SERVICE/ROLE/UUID": the role, which may be gone. */
static int find_deleted_role(struct call *c, const char *task, struct entity *ret)
{
    struct str rest = str_of(task);
    *ret = (struct entity){.name = "", .path = LINKED_ROLE_PATH};
    if (!str_starts(rest, STR("task" LINKED_ROLE_PATH)))
        return ERR_NOT_FOUND;
    str_cut(&rest, '/');
    str_cut(&rest, '/');
    ret->path = linked_role_path(c->arena, str_cut(&rest, '/'));
    ret->name = str_dup(c->arena, str_cut(&rest, '/'));
    return find_role(c, ret->name, ret);
}

/* The name and path that the role of a service would have. */
static struct entity linked_role_of(struct call *c, const char *service, const char *suffix)
{
    const struct linked_role *role = linked_role_find(str_of(service));
    return (struct entity){
        .name = role ? linked_role_name(c->arena, role, suffix) : "",
        .path = linked_role_path(c->arena, str_of(service)),
    };
}

static int find_instance_profile(struct call *c, const char *name, struct entity *ret)
{
    struct iam_instance_profile *profile;
    TRY(resolve_instance_profile(c, name, &profile));
    *ret = (struct entity){profile->instance_profile_name, profile->path, profile->arn,
                           profile->instance_profile_id, NULL};
    return OK;
}

/* Policies are named by their ARN. */
static int find_policy(struct call *c, const char *arn, struct entity *ret)
{
    struct iam_policy *policy;
    ret->arn = arn;
    TRY(resolve_policy(c, arn, &policy));
    ret->id = policy->policy_id;
    return OK;
}

static int find_mfa(struct call *c, const char *serial, struct entity *ret)
{
    struct mfa_row *device;
    ret->arn = serial;
    TRY(resolve_mfa(c, serial, &device));
    ret->id = serial;
    return OK;
}

static int find_oidc_provider(struct call *c, const char *arn, struct entity *ret)
{
    struct oidc_row *provider;
    ret->arn = arn;
    TRY(resolve_oidc_provider(c, arn, &provider));
    ret->id = provider->arn;
    return OK;
}

static int find_saml_provider(struct call *c, const char *arn, struct entity *ret)
{
    struct saml_row *provider;
    ret->arn = arn;
    TRY(resolve_saml_provider(c, arn, &provider));
    ret->arn = provider->arn;
    ret->id = provider->id;
    return OK;
}

static int find_identity(struct call *c, const char *text, struct entity *ret)
{
    struct arn arn;
    struct str kind, name;
    ret->arn = text;
    if (!arn_parse(str_of(text), &arn) || !str_is(arn.account, c->account) ||
        !arn_entity(&arn, &kind, &name))
        return ERR_NOT_FOUND;
    if (str_is(kind, "group"))
        return find_group(c, str_dup(c->arena, name), ret);
    if (str_is(kind, "role"))
        return find_role(c, str_dup(c->arena, name), ret);
    if (!str_is(kind, "user"))
        return ERR_NOT_FOUND;
    struct iam_user *user;
    TRY(resolve_user(c, str_dup(c->arena, name), &user));
    from_user(ret, user);
    return OK;
}

/* The user a key belongs to. Keys of root users belong to no user. */
static int find_key_owner(struct call *c, const char *key_id, struct entity *ret)
{
    struct key_row *key;
    struct iam_user *user;
    TRY(resolve_key(c, key_id, &key));
    TRY(resolve_user_by_id(c, key->owner, &user));
    from_user(ret, user);
    return OK;
}

int resolve_trusting_role(struct call *c, const char *text, struct iam_role **ret)
{
    struct arn arn;
    struct str kind, name;
    if (!c->found.role || strcmp(c->found.role->arn, text) != 0) {
        /* AWS undocumented: that ARNs of other things are refused like texts that are no ARNs. */
        if (!arn_parse(str_of(text), &arn) || !arn_entity(&arn, &kind, &name) ||
            !str_is(kind, "role")) {
            c->message = arena_printf(c->arena, "%s is invalid", text);
            return ERR_VALIDATION_ERROR;
        }
        struct iam_role *role = NEW(c->arena, struct iam_role);
        const struct q_role_get get = {.account = str_dup(c->arena, arn.account),
                                       .name_key = str_fold(c->arena, name)};
        TRY(q_role_get(c->tx, &get, role));
        if (strcmp(role->arn, text) != 0)
            return ERR_NOT_FOUND; /* another path, or other letter case */
        c->found.role = role;
    }
    *ret = c->found.role;
    return OK;
}

static int find_trusting_role(struct call *c, const char *arn, struct entity *ret)
{
    struct iam_role *role;
    ret->arn = arn;
    TRY(resolve_trusting_role(c, arn, &role));
    ret->id = role->role_id;
    return OK;
}

/* NAME may be NULL, RET's is not. */
static int find_kind(struct call *c, const struct api_auth *row, const char *name,
                     struct entity *ret)
{
    switch (row->resource) {
    case RESOURCE_USER:
        return find_user(c, row, name, ret);
    case RESOURCE_GROUP:
        return find_group(c, ret->name, ret);
    case RESOURCE_ROLE:
        return find_role(c, ret->name, ret);
    case RESOURCE_INSTANCE_PROFILE:
        return find_instance_profile(c, ret->name, ret);
    case RESOURCE_DELETION_TASK:
        return find_deleted_role(c, ret->name, ret);
    case RESOURCE_POLICY:
        return find_policy(c, ret->name, ret);
    case RESOURCE_MFA:
        return find_mfa(c, ret->name, ret);
    case RESOURCE_SAML_PROVIDER:
        return find_saml_provider(c, ret->name, ret);
    case RESOURCE_IDENTITY:
        return find_identity(c, ret->name, ret);
    case RESOURCE_OIDC_PROVIDER:
        return find_oidc_provider(c, ret->name, ret);
    case RESOURCE_TRUSTING_ROLE:
        return find_trusting_role(c, ret->name, ret);
    default:
        ret->name = "";
        return find_key_owner(c, name ? name : "", ret);
    }
}

static int find_entity(struct call *c, const struct api_auth *row, const char *name,
                       struct entity *ret)
{
    *ret = (struct entity){.name = name ? name : "", .path = "/"};
    int code = find_kind(c, row, name, ret);
    return code == ERR_NOT_FOUND ? OK : code;
}

/* The entity under the name and path it shall have. */
static void rename_entity(struct entity *e, const char *name, const char *path)
{
    e->arn = e->id = NULL;
    e->name = name ? name : e->name;
    e->path = path ? path : e->path;
}

static char *kind_and_name(struct arena *a, enum api_resource kind, const char *name)
{
    struct buf b = buf_new(a, 128);
    buf_add_text(&b, api_resource_word(kind));
    buf_add_char(&b, ' ');
    buf_add_text(&b, name);
    return buf_text(&b);
}

/* What is named by its ARN can be another account's. */
static struct str owner_of(const struct call *c, const char *text)
{
    struct arn arn;
    bool iam = arn_parse(str_of(text), &arn) && str_is(arn.service, "iam") && arn.account.n;
    return iam ? arn.account : str_of(c->account);
}

int resolve_resource(struct call *c, const struct api_auth *row, const void *in,
                     struct resource *ret)
{
    const char *name = member(in, row->member), *path = member(in, row->path);
    struct entity e = {.name = name ? name : "", .path = path ? path : "/"};
    switch (row->target) {
    case API_ON_STAR:
        *ret = (struct resource){.arn = "*", .shown = "*"};
        return OK;
    case API_ON_PREFIX:
        e = (struct entity){.name = "", .path = name ? name : "/"};
        if (row->resource == RESOURCE_POLICY_PATH) {
            *ret = (struct resource){.arn = "*",
                                     .shown = kind_and_name(c->arena, row->resource, e.path)};
            return OK;
        }
        break;
    case API_ON_ENTITY:
        TRY(find_entity(c, row, name, &e));
        break;
    case API_ON_RENAMED:
        TRY(find_entity(c, row, member(in, row->old_member), &e));
        rename_entity(&e, name, path);
        break;
    case API_ON_NEW:
        if (row->resource == RESOURCE_SERVICE_LINKED_ROLE)
            e = linked_role_of(c, e.name, path);
        break;
    }
    bool root = c->principal->kind == PRINCIPAL_ROOT && !*e.name && row->self;
    const char *arn = root ? c->principal->arn : e.arn ? e.arn : entity_arn(c, row->resource, &e);
    bool named = row->named && *e.name;
    *ret = (struct resource){
        .arn = arn,
        .shown = named ? kind_and_name(c->arena, row->resource, e.name) : arn,
        .id = e.id,
        /* That an identity is another account's is for the operation to tell. */
        .account = row->resource == RESOURCE_IDENTITY ? str_of(c->account) : owner_of(c, arn),
        .boundary = e.boundary,
    };
    return OK;
}
