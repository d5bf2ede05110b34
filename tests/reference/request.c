/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "evaluator.h"

#define ACCOUNT_DIGITS 12

/* The field of an ARN with this number, from 0; the last one runs to the end. */
static const char *arn_field(const char *arn, size_t number, size_t *ret_n)
{
    const char *field = arn;
    for (; number > 0; number--) {
        field = strchr(field, ':');
        if (!field)
            return NULL;
        field++;
    }
    *ret_n = strcspn(field, ":");
    return field;
}

static bool is_arn_of(const char *arn, const char *service, const char *start)
{
    size_t n;
    const char *name = arn_field(arn, 2, &n);
    if (strncmp(arn, "arn:", 4) != 0 || !name || n != strlen(service) ||
        strncmp(name, service, n) != 0)
        return false;
    const char *rest = arn_field(arn, ARN_FIELDS - 1, &n);
    return rest && !strncmp(rest, start, strlen(start));
}

static void arn_account(const char *arn, char ret[16])
{
    size_t n;
    const char *account = arn_field(arn, 4, &n);
    bool digits = account && n == ACCOUNT_DIGITS && strspn(account, "0123456789") == n;
    snprintf(ret, 16, "%.*s", digits ? ACCOUNT_DIGITS : 0, digits ? account : "");
}

static enum ref_caller caller_of_arn(const char *principal)
{
    if (!strcmp(principal, "anonymous"))
        return REF_ANONYMOUS;
    if (is_arn_of(principal, "iam", "root"))
        return REF_ROOT;
    if (is_arn_of(principal, "iam", "user/"))
        return REF_USER;
    if (is_arn_of(principal, "iam", "role/"))
        return REF_ROLE;
    if (is_arn_of(principal, "sts", "assumed-role/"))
        return REF_SESSION;
    if (is_arn_of(principal, "sts", "federated-user/"))
        return REF_FEDERATED_USER;
    return strncmp(principal, "arn:", 4) ? REF_SERVICE : REF_PROVIDER;
}

static enum ref_caller caller_of(const char *type, const char *principal)
{
    static const char *const names[] = {"root", "user", "role", "session", "federated", "service"};
    static const enum ref_caller callers[] = {REF_ROOT,    REF_USER,           REF_ROLE,
                                              REF_SESSION, REF_FEDERATED_USER, REF_SERVICE};
    enum ref_caller inferred = caller_of_arn(principal);
    if (!type)
        return inferred;
    /* A federated principal is a user with a session, or the provider that vouches for one. */
    if (!strcmp(type, "federated") && inferred != REF_FEDERATED_USER)
        return REF_PROVIDER;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (!strcmp(type, names[i]))
            return callers[i];
    return REF_ANONYMOUS;
}

/* A session's ARN lacks the path of its role, which aws:PrincipalArn has. */
static void session_issuer(const struct ref_request *r, char ret[512])
{
    char buf[REF_SPELLING];
    const char *role = ref_single(r, "aws:PrincipalArn", buf);
    if (role && is_arn_of(role, "iam", "role/")) {
        snprintf(ret, 512, "%s", role);
        return;
    }
    const char *name = strchr(r->principal, '/');
    if (name)
        snprintf(ret, 512, "arn:aws:iam::%s:role/%.*s", r->account, (int)strcspn(name + 1, "/"),
                 name + 1);
}

static void read_issuer(struct ref_request *r)
{
    const char *given = json_string_value(json_object_get(r->line, "issuer"));
    bool has_issuer = r->caller == REF_SESSION || r->caller == REF_FEDERATED_USER;
    if (r->caller == REF_ROLE)
        snprintf(r->issuer, sizeof(r->issuer), "%s", r->principal);
    else if (has_issuer && given)
        snprintf(r->issuer, sizeof(r->issuer), "%s", given);
    else if (r->caller == REF_SESSION)
        session_issuer(r, r->issuer);
}

static void read_accounts(struct ref_request *r)
{
    const char *account = json_string_value(json_object_get(r->line, "account"));
    const char *owner = json_string_value(json_object_get(r->line, "resource_account"));
    if (ref_has_account(r) && account)
        snprintf(r->account, sizeof(r->account), "%s", account);
    else if (ref_has_account(r))
        arn_account(r->principal, r->account);
    arn_account(r->resource, r->resource_account);
    if (owner)
        snprintf(r->resource_account, sizeof(r->resource_account), "%s", owner);
    else if (!r->resource_account[0])
        memcpy(r->resource_account, r->account, sizeof(r->account));
}

static const char *member(json_t *line, const char *name, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(line, name));
    return text ? text : otherwise;
}

void ref_request_read(json_t *line, struct ref_request *ret)
{
    *ret = (struct ref_request){
        .line = line,
        .principal = member(line, "principal", "anonymous"),
        .action = member(line, "action", ""),
        .resource = member(line, "resource", "*"),
    };
    ret->caller = caller_of(member(line, "principal_type", NULL), ret->principal);
    if (ref_is_set(ret, "wildcard_only_action"))
        ret->resource = "*";
    read_accounts(ret);
    read_issuer(ret);
}

bool ref_has_account(const struct ref_request *r)
{
    return r->caller == REF_ROOT || ref_has_identity(r);
}

bool ref_has_identity(const struct ref_request *r)
{
    return r->caller == REF_USER || r->caller == REF_ROLE || r->caller == REF_SESSION ||
           r->caller == REF_FEDERATED_USER;
}

bool ref_is_set(const struct ref_request *r, const char *flag)
{
    return json_is_true(json_object_get(r->line, flag));
}

bool ref_is_service(const struct ref_request *r, const char *service)
{
    size_t n = strcspn(r->action, ":");
    return n == strlen(service) && !strncasecmp(r->action, service, n);
}

bool ref_is_resource(const struct ref_request *r, const char *service, const char *start)
{
    return is_arn_of(r->resource, service, start);
}

json_t *ref_values(const struct ref_request *r, const char *key)
{
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(r->line, "context"), name, value)
    {
        if (strcasecmp(name, key) != 0)
            continue;
        if (json_is_array(value) && json_array_size(value) == 0)
            return NULL;
        return json_is_array(value) ? json_incref(value) : json_pack("[O]", value);
    }
    return NULL;
}

static bool names_key(json_t *list, const char *key)
{
    size_t i;
    json_t *name;
    json_array_foreach(list, i, name)
    {
        if (!strcasecmp(json_string_value(name), key))
            return true;
    }
    return false;
}

bool ref_is_list(const struct ref_request *r, const char *key)
{
    static const char *const lists[] = {
        "aws:PrincipalOrgPaths", "aws:PrincipalServiceNamesList",
        "aws:VpceOrgPaths",      "aws:ResourceOrgPaths",
        "aws:CalledVia",         "aws:TagKeys",
        "aws:SourceOrgPaths",    "sts:TransitiveTagKeys",
    };
    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
        if (!strcasecmp(lists[i], key))
            return true;
    json_t *values = ref_values(r, key);
    bool several = json_array_size(values) > 1;
    json_decref(values);
    return several || names_key(json_object_get(r->line, "multivalued"), key);
}

const char *ref_spelling(json_t *value, char buf[REF_SPELLING])
{
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_boolean(value))
        return json_is_true(value) ? "true" : "false";
    size_t n = json_dumpb(value, buf, REF_SPELLING - 1, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    buf[n < REF_SPELLING ? n : 0] = '\0';
    return buf;
}

const char *ref_single(const struct ref_request *r, const char *key, char buf[REF_SPELLING])
{
    json_t *values = ref_values(r, key);
    const char *text = NULL;
    /* The line keeps the value alive when the list of one goes. */
    if (values && !ref_is_list(r, key))
        text = ref_spelling(json_array_get(values, 0), buf);
    json_decref(values);
    return text;
}
