/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/context.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"

static const char *principal_type(enum principal_kind kind)
{
    static const char *const names[] = {
        [PRINCIPAL_ROOT] = "Account",
        [PRINCIPAL_USER] = "User",
        [PRINCIPAL_ROLE] = "AssumedRole",
        [PRINCIPAL_SESSION] = "AssumedRole",
        [PRINCIPAL_FEDERATED] = "FederatedUser",
        [PRINCIPAL_ANONYMOUS] = "Anonymous",
    };
    return names[kind];
}

static struct str text_or_absent(const char *text)
{
    return text ? str_of(text) : (struct str){NULL, 0};
}

static bool is_service(const struct authz_context *c)
{
    return c->principal->kind == PRINCIPAL_SERVICE;
}

/* One getter per key with a single value, be it in a list; p == NULL means that the request has no
   such key. */
static struct str get_current_time(struct authz_context *c)
{
    clock_iso8601(c->now, c->time);
    return str_of(c->time);
}

static struct str get_epoch_time(struct authz_context *c)
{
    int n = snprintf(c->epoch, sizeof c->epoch, "%" PRId64, c->now);
    return (struct str){c->epoch, (size_t)n};
}

static struct str get_federated_provider(struct authz_context *c)
{
    return text_or_absent(c->principal->provider);
}

static struct str get_principal_account(struct authz_context *c)
{
    return text_or_absent(c->principal->account);
}

/* Sessions of a role carry the ARN of the role; what a provider or a service is has none. */
static struct str get_principal_arn(struct authz_context *c)
{
    if (!c->principal->account)
        return (struct str){NULL, 0};
    bool session = c->principal->kind == PRINCIPAL_SESSION && c->principal->issuer;
    return str_of(session ? c->principal->issuer : c->principal->arn);
}

static struct str organization_of(const struct authz_place *place)
{
    return place ? str_of(place->organization) : (struct str){NULL, 0};
}

static struct str get_principal_org_id(struct authz_context *c)
{
    return organization_of(c->principal_place);
}

static struct str get_principal_org_management(struct authz_context *c)
{
    return text_or_absent(c->principal_place ? c->principal_place->management : NULL);
}

static struct str get_resource_org_id(struct authz_context *c)
{
    return organization_of(c->resource_place);
}

static struct str get_source_org_id(struct authz_context *c)
{
    return organization_of(c->source_place);
}

static struct str path_of(const struct authz_place *place)
{
    return place ? str_of(place->path) : (struct str){NULL, 0};
}

static struct str get_principal_org_paths(struct authz_context *c)
{
    return path_of(c->principal_place);
}

static struct str get_resource_org_paths(struct authz_context *c)
{
    return path_of(c->resource_place);
}

static struct str get_source_org_paths(struct authz_context *c)
{
    return path_of(c->source_place);
}

static struct str get_token_issue_time(struct authz_context *c)
{
    if (!c->principal->temporary)
        return (struct str){NULL, 0};
    clock_iso8601(c->principal->issued, c->issued);
    return str_of(c->issued);
}

/* Long-term access keys do not have the key at all, but where a code comes along with them. */
static struct str get_mfa_present(struct authz_context *c)
{
    if (c->principal->mfa_at)
        return STR("true");
    return c->principal->temporary ? STR("false") : (struct str){NULL, 0};
}

static struct str get_mfa_age(struct authz_context *c)
{
    if (!c->principal->mfa_at)
        return (struct str){NULL, 0};
    int n = snprintf(c->mfa_age, sizeof c->mfa_age, "%" PRId64, c->now - c->principal->mfa_at);
    return (struct str){c->mfa_age, (size_t)n};
}

static struct str get_source_identity(struct authz_context *c)
{
    return text_or_absent(c->principal->source_identity);
}

static struct str get_assumed_root(struct authz_context *c)
{
    return authz_assumed_root(c->principal) ? STR("true") : (struct str){NULL, 0};
}

static struct str get_principal_type(struct authz_context *c)
{
    return text_or_absent(principal_type(c->principal->kind));
}

static struct str get_referer(struct authz_context *c)
{
    return c->referer;
}

static struct str get_region(struct authz_context *c)
{
    return c->region;
}

static struct str get_resource_account(struct authz_context *c)
{
    return c->resource_account;
}

static struct str get_secure_transport(struct authz_context *c)
{
    return c->secure_transport ? STR("true") : STR("false");
}

static struct str get_source_ip(struct authz_context *c)
{
    return c->source_ip;
}

static struct str get_user_agent(struct authz_context *c)
{
    return c->user_agent;
}

static struct str get_userid(struct authz_context *c)
{
    return text_or_absent(c->principal->id);
}

static struct str get_username(struct authz_context *c)
{
    return text_or_absent(c->principal->name);
}

static struct str get_is_service(struct authz_context *c)
{
    return is_service(c) ? STR("true") : STR("false");
}

static struct str get_service_name(struct authz_context *c)
{
    return is_service(c) ? str_of(c->principal->arn) : (struct str){NULL, 0};
}

/* Callers call for themselves, and not on behalf of others. */
static struct str get_false(UNUSED struct authz_context *c)
{
    return STR("false");
}

static struct str (*const getters[AWS_KEY_COUNT])(struct authz_context *c) = {
    [AWS_KEY_ASSUMED_ROOT] = get_assumed_root,
    [AWS_KEY_CURRENT_TIME] = get_current_time,
    [AWS_KEY_EPOCH_TIME] = get_epoch_time,
    [AWS_KEY_FEDERATED_PROVIDER] = get_federated_provider,
    [AWS_KEY_MULTI_FACTOR_AUTH_AGE] = get_mfa_age,
    [AWS_KEY_MULTI_FACTOR_AUTH_PRESENT] = get_mfa_present,
    [AWS_KEY_SOURCE_IDENTITY] = get_source_identity,
    [AWS_KEY_TOKEN_ISSUE_TIME] = get_token_issue_time,
    [AWS_KEY_PRINCIPAL_ACCOUNT] = get_principal_account,
    [AWS_KEY_PRINCIPAL_ARN] = get_principal_arn,
    [AWS_KEY_PRINCIPAL_IS_AWS_SERVICE] = get_is_service,
    [AWS_KEY_PRINCIPAL_ORG_ID] = get_principal_org_id,
    [AWS_KEY_PRINCIPAL_ORG_MASTER_ACCOUNT_ID] = get_principal_org_management,
    [AWS_KEY_PRINCIPAL_ORG_PATHS] = get_principal_org_paths,
    [AWS_KEY_PRINCIPAL_SERVICE_NAME] = get_service_name,
    [AWS_KEY_PRINCIPAL_TYPE] = get_principal_type,
    [AWS_KEY_REFERER] = get_referer,
    [AWS_KEY_REQUESTED_REGION] = get_region,
    [AWS_KEY_RESOURCE_ACCOUNT] = get_resource_account,
    [AWS_KEY_RESOURCE_ORG_ID] = get_resource_org_id,
    [AWS_KEY_RESOURCE_ORG_PATHS] = get_resource_org_paths,
    [AWS_KEY_SECURE_TRANSPORT] = get_secure_transport,
    [AWS_KEY_SOURCE_IP] = get_source_ip,
    [AWS_KEY_SOURCE_ORG_ID] = get_source_org_id,
    [AWS_KEY_SOURCE_ORG_PATHS] = get_source_org_paths,
    [AWS_KEY_USER_AGENT] = get_user_agent,
    [AWS_KEY_USERID] = get_userid,
    [AWS_KEY_USERNAME] = get_username,
    [AWS_KEY_VIA_AWS_SERVICE] = get_false,
};

static bool find_tag(const struct authz_tag *tags, size_t n, struct str key,
                     struct policy_values *ret)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq_fold(tags[i].key, key)) {
            *ret = (struct policy_values){.v = &tags[i].value, .n = 1};
            return true;
        }
    }
    return false;
}

static bool find_resource_tag(const struct authz_context *c, struct str key,
                              struct policy_values *ret)
{
    const struct authz_tag *tags = NULL;
    size_t n = c->resource_tags ? c->resource_tags(c->owner, &tags) : 0;
    return find_tag(tags, n, key, ret);
}

/* aws:ResourceTag under the service's own name: "iam:resourcetag", and what the Account API calls
   the tags that a member has in its organization. */
static bool is_own_family(const struct authz_context *c, struct str family)
{
    struct str service = str_cut(&family, ':');
    if (str_is(service, "account"))
        return str_is(family, "accountresourceorgtags");
    return c->resource_service && str_is(service, c->resource_service) &&
           str_is(family, "resourcetag");
}

static struct policy_values values_of(const struct authz_key_value *key)
{
    if (key->list)
        return (struct policy_values){.v = key->list, .n = key->n, .multivalued = true};
    return (struct policy_values){.v = &key->value, .n = 1};
}

static const struct authz_key_value *find_key(const struct authz_key_value *keys, size_t n,
                                              struct str name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq_fold(str_of(keys[i].name), name))
            return &keys[i];
    }
    return NULL;
}

static bool find_service_key(const struct authz_context *c, struct str name,
                             struct policy_values *ret)
{
    const struct authz_key_value *key = find_key(c->keys, c->n_keys, name);
    if (key)
        *ret = values_of(key);
    return key != NULL;
}

/* An empty list says that the request has no such key. */
static bool take_given(const struct authz_key_value *given, const struct policy_key *key,
                       struct policy_values *ret)
{
    *ret = values_of(given);
    ret->multivalued |= key->known && key->known->multivalued;
    return ret->n > 0;
}

static void show_tags(const char *family, const struct authz_tag *tags, size_t n,
                      policy_visit_fn *visit, void *owner)
{
    char name[AUTHZ_TAG_NAME_SIZE];
    for (size_t i = 0; i < n; i++) {
        int length = snprintf(name, sizeof name, "%s/%.*s", family, STR_FMT(tags[i].key));
        struct policy_values values = {.v = &tags[i].value, .n = 1};
        visit(owner, (struct str){name, (size_t)length}, &values);
    }
}

static void each_known(struct authz_context *c, policy_visit_fn *visit, void *owner)
{
    const struct authz_tag *tags = NULL;
    for (int id = 0; id < AWS_KEY_COUNT; id++) {
        struct str value = getters[id] ? getters[id](c) : (struct str){NULL, 0};
        struct policy_values values = {.v = &value, .n = 1};
        if (value.p)
            visit(owner, str_of(condition_key_name((enum condition_key_id)id)), &values);
    }
    struct policy_values keys = {.v = c->tag_keys, .n = c->n_tag_keys, .multivalued = true};
    if (keys.n)
        visit(owner, STR("aws:TagKeys"), &keys);
    show_tags("aws:PrincipalTag", c->principal->tags, c->principal->n_tags, visit, owner);
    show_tags("aws:RequestTag", c->request_tags, c->n_request_tags, visit, owner);
    size_t n = c->resource_tags ? c->resource_tags(c->owner, &tags) : 0;
    show_tags("aws:ResourceTag", tags, n, visit, owner);
    for (size_t i = 0; i < c->n_keys; i++) {
        struct policy_values values = values_of(&c->keys[i]);
        visit(owner, str_of(c->keys[i].name), &values);
    }
}

/* Of who looks at what is not given. */
struct others {
    const struct authz_context *context;
    policy_visit_fn *visit;
    void *owner;
};

static void visit_other(void *owner, struct str name, const struct policy_values *values)
{
    const struct others *others = owner;
    const struct authz_context *c = others->context;
    if (!find_key(c->given, c->n_given, name))
        others->visit(others->owner, name, values);
}

static void each(const struct policy_context *base, policy_visit_fn *visit, void *owner)
{
    struct authz_context *c = (struct authz_context *)(uintptr_t)base;
    struct others others = {c, visit, owner};
    if (!c->n_given) {
        each_known(c, visit, owner);
        return;
    }
    for (size_t i = 0; i < c->n_given; i++) {
        struct policy_values values = values_of(&c->given[i]);
        if (values.n)
            visit(owner, str_of(c->given[i].name), &values);
    }
    each_known(c, visit_other, &others);
}

/* A key that all services have. */
static bool find_known(struct authz_context *c, const struct policy_key *key, struct str tag,
                       struct policy_values *ret)
{
    enum condition_key_id id = condition_key_id(key->known);
    switch (id) {
    case AWS_KEY_PRINCIPAL_TAG:
        return find_tag(c->principal->tags, c->principal->n_tags, tag, ret);
    case AWS_KEY_REQUEST_TAG:
        return find_tag(c->request_tags, c->n_request_tags, tag, ret);
    case AWS_KEY_RESOURCE_TAG:
        return find_resource_tag(c, tag, ret);
    case AWS_KEY_TAG_KEYS:
        *ret = (struct policy_values){.v = c->tag_keys, .n = c->n_tag_keys, .multivalued = true};
        return c->n_tag_keys > 0;
    default:
        break;
    }
    if (!getters[id])
        return find_service_key(c, key->folded, ret);
    c->slots[id] = getters[id](c);
    *ret =
        (struct policy_values){.v = &c->slots[id], .n = 1, .multivalued = key->known->multivalued};
    return c->slots[id].p != NULL;
}

static bool find(const struct policy_context *base, const struct policy_key *key,
                 struct policy_values *ret)
{
    /* The values made on demand are a cache; the request itself does not change. */
    struct authz_context *c = (struct authz_context *)(uintptr_t)base;
    struct str tag = key->folded;
    struct str family = str_cut(&tag, '/');
    const struct authz_key_value *given = find_key(c->given, c->n_given, key->folded);
    if (given)
        return take_given(given, key, ret);
    if (key->known)
        return find_known(c, key, tag, ret);
    if (tag.p && is_own_family(c, family))
        return find_resource_tag(c, tag, ret);
    return find_service_key(c, key->folded, ret);
}

void authz_context_init(struct authz_context *context)
{
    *context = (struct authz_context){.base = {.find = find, .each = each}};
}
