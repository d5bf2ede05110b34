/* SPDX-License-Identifier: Apache-2.0 */
/* Who a statement of a resource policy is about: "IAM JSON policy elements: Principal". */
#include <stdio.h>
#include <string.h>

#include "evaluator.h"

static bool names_account(const struct ref_request *r, const char *entry)
{
    char root[64];
    snprintf(root, sizeof(root), "arn:aws:iam::%s:root", r->account);
    return !strcmp(entry, r->account) || !strcmp(entry, root);
}

/* The ids that stay in a policy when the user or role is gone. */
static enum ref_level id_level(const struct ref_request *r, const char *entry)
{
    char buf[REF_SPELLING];
    const char *id = ref_single(r, "aws:userid", buf);
    size_t n = strlen(entry);
    if (!id || (strncmp(entry, "AIDA", 4) != 0 && strncmp(entry, "AROA", 4) != 0))
        return REF_NOBODY;
    if (!strcmp(id, entry))
        return REF_DIRECT;
    return !strncmp(id, entry, n) && id[n] == ':' ? REF_ISSUER : REF_NOBODY;
}

static enum ref_level aws_level(const struct ref_request *r, const char *entry)
{
    if (!strcmp(entry, "*"))
        return REF_DIRECT;
    if (!ref_has_account(r))
        return REF_NOBODY;
    if (names_account(r, entry))
        return r->caller == REF_ROOT ? REF_DIRECT : REF_ACCOUNT;
    if (r->issuer[0] && !strcmp(entry, r->issuer))
        return REF_ISSUER;
    if (!strcmp(entry, r->principal))
        return REF_DIRECT;
    return id_level(r, entry);
}

static enum ref_level entry_level(const struct ref_request *r, const char *kind, const char *entry)
{
    if (!strcmp(kind, "AWS"))
        return aws_level(r, entry);
    enum ref_caller caller = !strcmp(kind, "Service")     ? REF_SERVICE
                             : !strcmp(kind, "Federated") ? REF_PROVIDER
                                                          : REF_ANONYMOUS;
    bool named = caller != REF_ANONYMOUS && r->caller == caller && !strcmp(entry, r->principal);
    return named ? REF_DIRECT : REF_NOBODY;
}

/* The closest level of all entries; "*" alone stands for everybody. */
static enum ref_level principal_level(const struct ref_request *r, json_t *principal)
{
    const char *kind;
    json_t *value;
    enum ref_level closest = json_is_string(principal) ? REF_DIRECT : REF_NOBODY;
    json_object_foreach(principal, kind, value)
    {
        json_t *list = ref_list(value), *entry;
        size_t i;
        json_array_foreach(list, i, entry)
        {
            enum ref_level level = entry_level(r, kind, json_string_value(entry));
            closest = level > closest ? level : closest;
        }
        json_decref(list);
    }
    return closest;
}

/* A permissions boundary makes a Deny with NotPrincipal apply to whom it was to spare. */
static bool is_never_spared(const struct ref_request *r, json_t *statement)
{
    return !strcmp(json_string_value(json_object_get(statement, "Effect")), "Deny") &&
           ref_has_identity(r) && json_is_object(json_object_get(r->line, "boundary"));
}

enum ref_level ref_principal_level(const struct ref_request *r, json_t *statement)
{
    json_t *principal = json_object_get(statement, "Principal");
    json_t *spared = json_object_get(statement, "NotPrincipal");
    if (principal)
        return principal_level(r, principal);
    if (!spared || is_never_spared(r, statement))
        return REF_DIRECT;
    return principal_level(r, spared) == REF_NOBODY ? REF_DIRECT : REF_NOBODY;
}
