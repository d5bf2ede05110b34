/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a bucket policy is public (S3 User Guide, "Blocking public access to your Amazon S3
   storage", "The meaning of public"). */
#include "resource/public.h"
#include "model/ids.h"
#include "policy/json.h"

/* Whoever is let in has to fit one fixed value of one of these. AWS undocumented: that those about
   the principal count, whom the page calls "an AWS principal, user, role, or service principal". */
static bool is_narrowing(struct str key)
{
    static const char *const keys[] = {
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceowner",
        "aws:sourceaccount",
        "aws:userid",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principalservicename",
        "s3:dataaccesspointaccount",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (str_eq_fold(key, str_of(keys[i])))
            return true;
    }
    return false;
}

static bool is_fixed(struct str value)
{
    return !entry_has_wildcard(value) && !memmem(value.p, value.n, "${", 2);
}

/* The whole of a role's sessions is one user. */
static bool is_role_id(struct str value)
{
    struct str id = str_cut(&value, ':');
    return str_starts(id, STR("AROA")) && is_fixed(id) && str_is(value, "*");
}

/* The name of an access point may be any, as long as its account is fixed. */
static bool is_access_point(struct str value)
{
    struct arn arn;
    return arn_parse(value, &arn) && account_id_ok(arn.account) && is_fixed(arn.partition) &&
           is_fixed(arn.service);
}

/* Not broader than /8, or /32 of IPv6. */
static bool is_range(struct str value)
{
    int64_t bits;
    struct str address = str_cut(&value, '/');
    if (!value.p)
        return is_fixed(address);
    return str_to_int64(value, &bits) && bits >= (memchr(address.p, ':', address.n) ? 32 : 8);
}

static bool value_narrows(struct str key, struct str value)
{
    if (str_eq_fold(key, STR("aws:SourceIp")))
        return is_range(value);
    if (str_eq_fold(key, STR("s3:DataAccessPointArn")))
        return is_access_point(value);
    return is_fixed(value) || (str_eq_fold(key, STR("aws:userid")) && is_role_id(value));
}

/* All values have to be fixed: each of them lets somebody in. */
static bool key_narrows(const struct node *key)
{
    const struct node *value = entries_first(key);
    bool known = is_narrowing(key->key) || str_eq_fold(key->key, STR("aws:SourceIp")) ||
                 str_eq_fold(key->key, STR("s3:DataAccessPointArn"));
    for (; known && value; value = entries_next(key, value)) {
        if (value->kind != NODE_STRING || !value_narrows(key->key, value->text))
            return false;
    }
    return known && entries_count(key);
}

/* Those that say what a value is, of a key that has to be there. */
static bool operator_narrows(struct str name)
{
    static const char *const names[] = {"StringEquals", "StringEqualsIgnoreCase",
                                        "StringLike",   "ArnEquals",
                                        "ArnLike",      "IpAddress"};
    struct str rest = name, modifier = str_cut(&rest, ':');
    if (rest.p && !str_eq_fold(modifier, STR("ForAnyValue")))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_eq_fold(rest.p ? rest : modifier, str_of(names[i])))
            return true;
    }
    return false;
}

static bool conditions_narrow(const struct node *conditions)
{
    const struct node *of = conditions ? conditions->first : NULL;
    for (; of; of = of->next) {
        for (const struct node *key = of->first; operator_narrows(of->key) && key;
             key = key->next) {
            if (key_narrows(key))
                return true;
        }
    }
    return false;
}

static bool names_everybody(const struct node *statement)
{
    const struct node *principal = node_get(statement, "Principal"), *entry;
    if (!principal || principal->kind == NODE_STRING)
        return true; /* NotPrincipal, or "*" */
    const struct node *list = node_get(principal, "AWS");
    for (entry = entries_first(list); entry; entry = entries_next(list, entry)) {
        if (str_is(entry->text, "*"))
            return true;
    }
    return false;
}

static bool lets_everybody_in(const struct node *statement)
{
    const struct node *effect =
        statement->kind == NODE_OBJECT ? node_get(statement, "Effect") : NULL;
    return effect && str_is(effect->text, "Allow") && names_everybody(statement) &&
           !conditions_narrow(node_get(statement, "Condition"));
}

enum publicity policy_publicity(struct arena *a, struct str text)
{
    const struct policy *policy;
    struct policy_error error;
    const struct node *document, *statement;
    size_t bad;
    if (policy_compile(a, text, POLICY_RESOURCE, &policy, &error) < 0 ||
        !node_read(a, text, &document, &bad))
        return NO_POLICY;
    const struct node *list = node_get(document, "Statement");
    for (statement = entries_first(list); statement; statement = entries_next(list, statement)) {
        if (lets_everybody_in(statement))
            return IS_PUBLIC;
    }
    return NOT_PUBLIC;
}
