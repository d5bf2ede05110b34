/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/sts/grant.h"

#include <inttypes.h>

#include "access/account_region.h"
#include "access/view.h"
#include "model/ids.h"
#include "model/managed.h"
#include "queries.h"
#include "record/record.h"
#include "svc/policies.h"

enum { POLICY_ARNS_MAX = 10 }; /* STS API Reference, AssumeRole, PolicyArns */

/* AWS undocumented: the words for a policy that does not exist. */
static int check_policy_arn(struct call *c, const char *account, const char *arn)
{
    struct managed_policy managed;
    struct iam_policy policy;
    if (managed_find(str_of(arn), &managed))
        return OK;
    int code =
        q_managed_get(c->tx, &(struct q_managed_get){.account = account, .arn = arn}, &policy);
    return code == ERR_NOT_FOUND
               ? call_fail(c, ERR_MALFORMED_POLICY_DOCUMENT,
                           "Policy ARN %s does not exist or is not attachable.", arn)
               : code;
}

static int read_arns(struct call *c, const struct sts_policy_descriptor_type_list *list,
                     const char *account, struct session *ret)
{
    /* AWS undocumented: the words. */
    if (list->n > POLICY_ARNS_MAX)
        return call_fail(c, ERR_VALIDATION_ERROR, "A session can have at most %d managed policies.",
                         POLICY_ARNS_MAX);
    const char **arns = NEW_ARRAY(c->arena, const char *, list->n);
    for (size_t i = 0; i < list->n; i++) {
        arns[i] = list->v[i].arn ? list->v[i].arn : "";
        TRY(check_policy_arn(c, account, arns[i]));
    }
    ret->policy_arns = arns;
    ret->n_policy_arns = list->n;
    return OK;
}

static bool has_key(const struct session_tag *tags, size_t n, const char *key, size_t *ret)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq_fold(str_of(tags[i].key), str_of(key))) {
            *ret = i;
            return true;
        }
    }
    return false;
}

/* Transitive tags of the calling session go on, and cannot be set anew. */
static int inherit(struct call *c, struct session_tag *tags, size_t *n)
{
    size_t passed = *n, at;
    for (size_t i = 0; c->session && i < c->session->n_tags; i++) {
        const struct session_tag *tag = &c->session->tags[i];
        if (!tag->transitive)
            continue;
        if (has_key(tags, passed, tag->key, &at))
            return call_fail(c, ERR_INVALID_PARAMETER_VALUE,
                             "One of the specified transitive tag keys can't be set because it "
                             "conflicts with a transitive tag key from the calling session.");
        tags[(*n)++] = *tag;
    }
    return OK;
}

/* AWS undocumented: code and words of STS; these are IAM's. */
static int check_tag_key(struct call *c, const char *key)
{
    struct str prefix = STR("aws:");
    bool reserved = strlen(key) >= prefix.n && str_eq_fold((struct str){key, prefix.n}, prefix);
    return reserved ? call_fail(c, ERR_INVALID_PARAMETER_VALUE,
                                "Tag keys may not start with the reserved prefix aws:.")
                    : OK;
}

static int read_tags(struct call *c, const struct grant_scope *scope, struct session *ret)
{
    size_t inherited = c->session ? c->session->n_tags : 0, n = 0, at;
    struct session_tag *tags = NEW_ARRAY(c->arena, struct session_tag, scope->tags->n + inherited);
    for (size_t i = 0; i < scope->tags->n; i++) {
        const struct sts_tag *tag = &scope->tags->v[i];
        TRY(check_tag_key(c, tag->key));
        if (has_key(tags, n, tag->key, &at))
            return call_fail(c, ERR_INVALID_PARAMETER_VALUE,
                             "Duplicate tag keys found. Please note that Tag keys are case "
                             "insensitive.");
        tags[n++] = (struct session_tag){tag->key, tag->value, false};
    }
    for (size_t i = 0; scope->transitive && i < scope->transitive->n; i++) {
        if (!has_key(tags, n, scope->transitive->v[i], &at))
            return call_fail(c, ERR_INVALID_PARAMETER_VALUE,
                             "The specified transitive tag key must be included in the requested "
                             "tags.");
        tags[at].transitive = true;
    }
    if (scope->transitive)
        TRY(inherit(c, tags, &n));
    ret->tags = tags;
    ret->n_tags = n;
    return OK;
}

int grant_scope_read(struct call *c, const struct grant_scope *scope, const char *account,
                     struct session *ret)
{
    ret->policy = scope->policy ? scope->policy : "";
    if (scope->policy)
        TRY(policy_check_grammar(c, scope->policy, POLICY_SESSION));
    TRY(read_arns(c, scope->policy_arns, account, ret));
    return scope->tags ? read_tags(c, scope, ret) : OK;
}

int grant_packed_size(struct call *c, const struct session *session, int64_t *ret)
{
    *ret = session_packed_size(c->arena, session);
    const char *what = session->n_tags && !*session->policy ? "tags" : "policy";
    if (*ret > 100)
        return call_fail(c, ERR_PACKED_POLICY_TOO_LARGE,
                         "Packed size of session %s consumes %" PRId64 "%% of allotted space.",
                         what, *ret);
    return OK;
}

/* AWS undocumented: that this is told after all else. */
int grant_check_region(struct call *c, const char *account)
{
    bool usable = true;
    if (c->enforcement != ENFORCE_OFF)
        TRY(account_region_usable(c, c->tx, account, record_of(c)->region, &usable));
    return usable ? OK
                  : call_fail(c, ERR_REGION_DISABLED,
                              "STS is not activated in this region for account:%s. Your account "
                              "administrator can activate STS in this region using the IAM "
                              "Console.",
                              account);
}

static bool at_global_endpoint(const struct call *c)
{
    struct str host = request_header(c->rq, "Host");
    return str_eq_fold(str_cut(&host, ':'), STR("sts.amazonaws.com"));
}

/* What the account says of the session. Who asks for one of its own does so without a transaction,
   and has been looked up. AWS undocumented: whose preference counts for roles of others. */
static int ask_account(struct call *c, struct session *session)
{
    struct account_state account;
    if (c->tx)
        TRY(account_state_get(c->tx, session->account, &account));
    else
        account = ((const struct view *)c->view)->account;
    session->reopened = account.reopened;
    session->v1 = account.token_version == 1 && at_global_endpoint(c);
    return OK;
}

int grant_issue(struct call *c, struct session *session, int64_t duration,
                struct sts_credentials **ret)
{
    char *key_id = arena_alloc(c->arena, ACCESS_KEY_SIZE);
    char *secret = arena_alloc(c->arena, SECRET_SIZE);
    access_key_new(&c->sandbox->rand, "ASIA", session->account, key_id);
    secret_new(&c->sandbox->rand, secret);
    session->key_id = key_id;
    session->secret = secret;
    session->issued = c->now;
    session->expires = c->now + duration;
    TRY(ask_account(c, session));
    struct sts_credentials *credentials = NEW(c->arena, struct sts_credentials);
    *credentials = (struct sts_credentials){
        .access_key_id = key_id,
        .secret_access_key = secret,
        .session_token = session_seal(c->arena, c->sandbox->session_key, session),
        .expiration = session->expires,
    };
    *ret = credentials;
    if (credentials->session_token)
        return OK;
    return call_fail(c, ERR_PACKED_POLICY_TOO_LARGE,
                     "Packed size of session policy consumes more than the allotted space.");
}
