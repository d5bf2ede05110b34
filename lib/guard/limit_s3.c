/* SPDX-License-Identifier: Apache-2.0 */
/* What S3 refuses although policies allow it: Block Public Access and MFA delete. */
#include "access/mfa.h"
#include "err.h"
#include "guard/guard_priv.h"
#include "recognize/look.h"
#include "resource/public.h"

/* "User: ... is not authorized to perform: s3:PutBucketPolicy on resource: "..." because ...": the
   forms of S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors". */
static const char *sentence(const struct guard_permit *p, const char *because)
{
    const struct record_decision *d = p->decision;
    const struct authz_principal *principal = p->of->record->principal;
    if (!principal->arn)
        return "Access Denied";
    return arena_printf(p->of->call->arena,
                        "User: %s is not authorized to perform: %.*s on resource: \"%.*s\" because "
                        "%s",
                        principal->arn, STR_FMT(d->action), STR_FMT(d->resource), because);
}

static int is_blocked(const struct guard_permit *p, enum public_block what, bool *ret)
{
    struct call *c = p->of->call;
    return public_is_blocked(c->sandbox, c->arena, p->known.holder, p->decision->owner, what, ret);
}

/* What the request says in some place; p == NULL: nothing, or its body did not come. */
static struct str said(const struct guard_case *of, const char *source)
{
    return look_for(look_new(of->call->arena, of->rq, of->op, of->rq->body.n > 0), source);
}

/* The body of PutBucketPolicy is the policy, that of PutAccessPointPolicy has it in an element. */
static int limit_policy(struct guard_permit *p)
{
    const struct guard_case *of = p->of;
    bool blocked;
    TRY(is_blocked(p, BLOCK_PUBLIC_POLICY, &blocked));
    if (!blocked || !of->rq)
        return OK;
    bool point = strcmp(of->op->operation, "PutAccessPointPolicy") == 0;
    struct str policy = point ? said(of, "b:Policy") : of->rq->body;
    switch (policy_publicity(of->call->arena, policy.p ? policy : STR(""))) {
    case NO_POLICY:
        guard_set_denied(
            p, sentence(p, "the policy cannot be read."),
            "Public policies are blocked for the bucket, and whether this one is public cannot "
            "be told: the body did not come, or is no policy.");
        break;
    case IS_PUBLIC:
        guard_set_denied(
            p,
            sentence(p, "public policies are blocked by the BlockPublicPolicy block public "
                        "access setting."),
            "The policy is public. PutPublicAccessBlock, or the attribute BlockPublicPolicy of "
            "what is told of the bucket, switches the block off, which new buckets have.");
        break;
    case NOT_PUBLIC:
        break;
    }
    return OK;
}

/* One of the groups of S3 that everybody is in. */
static bool is_group(struct str grantee)
{
    static const char group[] = "acs.amazonaws.com/groups/global/";
    return grantee.n && memmem(grantee.p, grantee.n, group, strlen(group));
}

/* A canned ACL that lets in everybody, or a grant to such a group (S3 User Guide, "Access control
   list (ACL) overview"). */
static bool is_public_acl(const struct authz_key_value *key)
{
    static const char *const canned[] = {"public-read", "public-read-write", "authenticated-read"};
    static const char grant[] = "s3:x-amz-grant-";
    struct str name = str_of(key->name);
    if (str_eq_fold(name, STR("s3:x-amz-acl"))) {
        for (size_t i = 0; i < ARRAY_LEN(canned); i++) {
            if (str_is(key->value, canned[i]))
                return true;
        }
    }
    return str_starts(name, STR(grant)) && is_group(key->value);
}

static bool has_public_acl(const struct authz_key_value *keys, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is_public_acl(&keys[i]))
            return true;
    }
    return false;
}

static bool has_acl_header(const struct request *rq)
{
    const struct str grant = STR("x-amz-grant-");
    for (size_t i = 0; i < rq->n_headers; i++) {
        struct str name = rq->headers[i].name;
        if (str_eq_fold(name, STR("x-amz-acl")) ||
            (name.n > grant.n && str_same_fold(name.p, grant.p, grant.n)))
            return true;
    }
    return false;
}

/* Without a header that tells it, the ACL is in the body (S3 API Reference, PutBucketAcl and
   PutObjectAcl). */
static bool is_in_body(const struct guard_case *of)
{
    if (!of->rq || (strcmp(of->op->operation, "PutBucketAcl") != 0 &&
                    strcmp(of->op->operation, "PutObjectAcl") != 0))
        return false;
    return of->rq->body.n || !has_acl_header(of->rq);
}

/* A body that has no grants was not read, or did not come: it may have any. */
static bool may_be_public(const struct guard_case *of)
{
    struct look *look = look_new(of->call->arena, of->rq, of->op, of->rq->body.n > 0);
    struct seen_list who = look_at(look, "b:AccessControlList.Grant.#.Grantee.URI");
    for (size_t i = 0; i < who.n; i++) {
        if (is_group(who.v[i].value))
            return true;
    }
    return look_at(look, "b:AccessControlList.Grant.#.Permission").n == 0;
}

static int limit_acl(struct guard_permit *p)
{
    const struct record_decision *d = p->decision;
    const struct record *record = p->of->record;
    bool blocked;
    if (!has_public_acl(d->keys, d->n_keys) && !has_public_acl(record->given, record->n_given) &&
        !(is_in_body(p->of) && may_be_public(p->of)))
        return OK;
    TRY(is_blocked(p, BLOCK_PUBLIC_ACLS, &blocked));
    if (!blocked)
        return OK;
    guard_set_denied(
        p,
        sentence(p, "public access control lists (ACLs) are blocked by the BlockPublicAcls block "
                    "public access setting."),
        "The ACL is public, or no ACL that was read. PutPublicAccessBlock, or the attribute "
        "BlockPublicAcls of what is told of the bucket, switches the block off, which new buckets "
        "have.");
    return OK;
}

/* x-amz-mfa: serial number, blank, code. It is spent once for all that the request is about. */
static int prove_mfa(struct guard_case *of)
{
    struct call *c = of->call;
    struct str code = of->rq ? str_trim(request_header(of->rq, "x-amz-mfa")) : STR("");
    struct str serial = str_cut(&code, ' ');
    of->mfa = GUARD_MFA_WRONG;
    of->mfa_reason =
        "MFA delete is enabled for the bucket: x-amz-mfa has to have the serial number "
        "of an MFA device of the root user, a blank and a code.";
    if (!serial.n || !code.n)
        return OK;
    int proved = mfa_prove(c, str_dup(c->arena, serial), str_dup(c->arena, str_trim(code)));
    if (proved < 0 && proved != ERR_ACCESS_DENIED)
        return proved;
    if (proved == OK)
        of->mfa = GUARD_MFA_PROVED;
    else
        of->mfa_reason = c->reason ? c->reason : c->message;
    c->message = c->reason = NULL;
    return OK;
}

static bool is_enabled(const struct guard_permit *p)
{
    const char *state = resource_attribute(p->known.holder, "MFADelete");
    return state && strcmp(state, "Enabled") == 0;
}

/* MFA delete is enabled, or about to be enabled or disabled: without the body nobody knows. */
static bool takes_mfa(const struct guard_permit *p)
{
    const struct guard_case *of = p->of;
    if (is_enabled(p))
        return true;
    if (!of->rq || strcmp(of->op->operation, "PutBucketVersioning") != 0)
        return false;
    return !of->rq->body.n || said(of, "b:MfaDelete").p;
}

/* S3 User Guide, "Deleting an object from an MFA delete-enabled bucket", and S3 API Reference,
   PutBucketVersioning; DeleteObjects: without a code, or with a wrong one, all of it fails. */
static int limit_mfa(struct guard_permit *p)
{
    static const char message[] = "Mfa Authentication must be used for this request";
    struct guard_case *of = p->of;
    if (!takes_mfa(p))
        return OK;
    p->whole = true;
    if (of->record->principal->kind != PRINCIPAL_ROOT || guard_is_abroad(p)) {
        guard_set_denied(p, message,
                         "MFA delete is enabled for the bucket, or may be enabled by the request: "
                         "this takes the root user of the account that owns it, and a code of its "
                         "MFA device in x-amz-mfa.");
        return OK;
    }
    if (of->mfa == GUARD_MFA_UNKNOWN && of->rq && !of->may_wait)
        return CALL_AGAIN;
    if (of->mfa == GUARD_MFA_UNKNOWN)
        TRY(prove_mfa(of));
    if (of->mfa == GUARD_MFA_WRONG)
        guard_set_denied(p, message, of->mfa_reason);
    return OK;
}

/* A code that nothing needs has to be right all the same. */
static bool shows_code(const struct guard_permit *p)
{
    const struct guard_case *of = p->of;
    return of->rq && strcmp(of->op->operation, "DeleteObjects") == 0 &&
           request_header(of->rq, "x-amz-mfa").p && is_enabled(p);
}

int guard_limit_s3(struct guard_permit *p)
{
    static const struct guard_action policies[] = {{"s3", "PutBucketPolicy"},
                                                   {"s3", "PutAccessPointPolicy"}};
    static const struct guard_action versions[] = {{"s3", "DeleteObjectVersion"},
                                                   {"s3", "PutBucketVersioning"}};
    struct str action = p->decision->action;
    if (guard_is_one_of(action, policies, ARRAY_LEN(policies)))
        return limit_policy(p);
    if (guard_is_one_of(action, versions, ARRAY_LEN(versions)) || shows_code(p))
        return limit_mfa(p);
    return limit_acl(p);
}
