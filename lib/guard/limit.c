/* SPDX-License-Identifier: Apache-2.0 */
/* What services refuse although policies allow it. */
#include "access/mfa.h"
#include "err.h"
#include "guard/guard_priv.h"
#include "model/ids.h"
#include "recognize/look.h"
#include "resource/public.h"

static void refuse(struct guard_permit *p, const char *message, const char *reason)
{
    p->decision->decision =
        (struct authz_decision){.outcome = AUTHZ_IMPLICIT_DENY, .layer = AUTHZ_LAYER_RESOURCE};
    p->message = message;
    p->of->reason = reason;
}

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

struct action {
    const char *service, *name;
};

static bool is_one_of(struct str action, const struct action *actions, size_t n)
{
    struct str name = action, service = str_cut(&name, ':');
    for (size_t i = 0; i < n; i++) {
        if (str_eq_fold(service, str_of(actions[i].service)) &&
            str_eq_fold(name, str_of(actions[i].name)))
            return true;
    }
    return false;
}

/*
 * Whatever a policy grants to other accounts, these are for the owner's own principals: S3 API
 * Reference, PutBucketPolicy, GetBucketPolicy and DeleteBucketPolicy; SQS Developer Guide, "Amazon
 * SQS API permissions", "Cross-account permissions don't apply to the following actions".
 */
static const struct action at_home[] = {
    {"s3", "PutBucketPolicy"},
    {"s3", "GetBucketPolicy"},
    {"s3", "DeleteBucketPolicy"},
    {"sqs", "AddPermission"},
    {"sqs", "CancelMessageMoveTask"},
    {"sqs", "CreateQueue"},
    {"sqs", "DeleteQueue"},
    {"sqs", "ListMessageMoveTasks"},
    {"sqs", "ListQueues"},
    {"sqs", "ListQueueTags"},
    {"sqs", "RemovePermission"},
    {"sqs", "SetQueueAttributes"},
    {"sqs", "StartMessageMoveTask"},
    {"sqs", "TagQueue"},
    {"sqs", "UntagQueue"},
};

/* KMS is the other way round: these alone are for others, too (KMS Developer Guide, "Allowing users
   in other accounts to use a KMS key"). */
static const struct action of_keys[] = {
    {"kms", "Decrypt"},
    {"kms", "DeriveSharedSecret"},
    {"kms", "DescribeKey"},
    {"kms", "Encrypt"},
    {"kms", "GenerateDataKey"},
    {"kms", "GenerateDataKeyPair"},
    {"kms", "GenerateDataKeyPairWithoutPlaintext"},
    {"kms", "GenerateDataKeyWithoutPlaintext"},
    {"kms", "GenerateMac"},
    {"kms", "GetKeyRotationStatus"},
    {"kms", "GetPublicKey"},
    {"kms", "CreateGrant"},
    {"kms", "ListGrants"},
    {"kms", "ReEncryptFrom"},
    {"kms", "ReEncryptTo"},
    {"kms", "RetireGrant"},
    {"kms", "RevokeGrant"},
    {"kms", "Sign"},
    {"kms", "Verify"},
    {"kms", "VerifyMac"},
};

static bool is_for_others(const struct record_decision *d)
{
    struct str action = d->action;
    if (str_eq_fold(str_cut(&action, ':'), STR("kms")))
        return is_one_of(d->action, of_keys, ARRAY_LEN(of_keys));
    return !is_one_of(d->action, at_home, ARRAY_LEN(at_home));
}

static int is_blocked(const struct guard_permit *p, enum public_block what, bool *ret)
{
    struct call *c = p->of->call;
    return public_is_blocked(c->sandbox, c->arena, p->known.holder, p->decision->owner, what, ret);
}

/* Of the body of PutBucketPolicy, which is the policy. */
static int limit_policy(struct guard_permit *p)
{
    const struct request *rq = p->of->rq;
    bool blocked;
    TRY(is_blocked(p, BLOCK_PUBLIC_POLICY, &blocked));
    if (!blocked || !rq)
        return OK;
    switch (policy_publicity(p->of->call->arena, rq->body)) {
    case NO_POLICY:
        refuse(p, sentence(p, "the policy cannot be read."),
               "Public policies are blocked for the bucket, and whether this one is public cannot "
               "be told: the body did not come, or is no policy.");
        break;
    case IS_PUBLIC:
        refuse(p,
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

/* A canned ACL that lets in everybody, or a grant to one of the groups of S3 (S3 User Guide,
   "Access control list (ACL) overview"). */
static bool is_public_acl(const struct authz_key_value *key)
{
    static const char *const canned[] = {"public-read", "public-read-write", "authenticated-read"};
    static const char grant[] = "s3:x-amz-grant-", group[] = "acs.amazonaws.com/groups/global/";
    struct str name = str_of(key->name);
    if (str_eq_fold(name, STR("s3:x-amz-acl"))) {
        for (size_t i = 0; i < ARRAY_LEN(canned); i++) {
            if (str_is(key->value, canned[i]))
                return true;
        }
    }
    return str_starts(name, STR(grant)) && key->value.n &&
           memmem(key->value.p, key->value.n, group, strlen(group));
}

static bool has_public_acl(const struct authz_key_value *keys, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is_public_acl(&keys[i]))
            return true;
    }
    return false;
}

static int limit_acl(struct guard_permit *p)
{
    const struct record_decision *d = p->decision;
    const struct record *record = p->of->record;
    bool blocked;
    if (!has_public_acl(d->keys, d->n_keys) && !has_public_acl(record->given, record->n_given))
        return OK;
    TRY(is_blocked(p, BLOCK_PUBLIC_ACLS, &blocked));
    if (!blocked)
        return OK;
    refuse(p,
           sentence(p,
                    "public access control lists (ACLs) are blocked by the BlockPublicAcls block "
                    "public access setting."),
           "PutPublicAccessBlock, or the attribute BlockPublicAcls of what is told of the bucket, "
           "switches the block off, which new buckets have.");
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

/* MFA delete is enabled, or about to be enabled or disabled. */
static bool takes_mfa(const struct guard_permit *p)
{
    const struct guard_case *of = p->of;
    const char *state = resource_attribute(p->known.holder, "MFADelete");
    if (state && strcmp(state, "Enabled") == 0)
        return true;
    if (!of->rq || !of->rq->body.n || strcmp(of->op->operation, "PutBucketVersioning") != 0)
        return false;
    struct look *look = look_new(of->call->arena, of->rq, of->op, true);
    return look_for(look, "b:MfaDelete").p != NULL;
}

/* S3 User Guide, "Deleting an object from an MFA delete-enabled bucket", and S3 API Reference,
   PutBucketVersioning. */
static int limit_mfa(struct guard_permit *p)
{
    static const char message[] = "Mfa Authentication must be used for this request";
    struct guard_case *of = p->of;
    if (!takes_mfa(p))
        return OK;
    if (of->record->principal->kind != PRINCIPAL_ROOT || guard_is_abroad(p)) {
        refuse(p, message,
               "MFA delete is enabled for the bucket: this takes the root user of the "
               "account that owns it, and a code of its MFA device in x-amz-mfa.");
        return OK;
    }
    if (of->mfa == GUARD_MFA_UNKNOWN && of->rq && !of->may_wait)
        return CALL_AGAIN;
    if (of->mfa == GUARD_MFA_UNKNOWN)
        TRY(prove_mfa(of));
    if (of->mfa == GUARD_MFA_WRONG)
        refuse(p, message, of->mfa_reason);
    return OK;
}

static int limit_s3(struct guard_permit *p)
{
    static const struct action policies[] = {{"s3", "PutBucketPolicy"}};
    static const struct action versions[] = {{"s3", "DeleteObjectVersion"},
                                             {"s3", "PutBucketVersioning"}};
    struct str action = p->decision->action;
    if (is_one_of(action, policies, ARRAY_LEN(policies)))
        return limit_policy(p);
    if (is_one_of(action, versions, ARRAY_LEN(versions)))
        return limit_mfa(p);
    return limit_acl(p);
}

/* The account that a request to S3 Control says it is about, by its header and, where SDKs put it,
   its host (S3 API Reference, PutAccessPointPolicy); ARNs of permissions have the caller's. */
static bool names_other_account(const struct guard_permit *p)
{
    const struct guard_case *of = p->of;
    const char *own = of->record->principal->account;
    if (!of->rq || !own || !of->op->service_id || strcmp(of->op->service_id, "s3control") != 0)
        return false;
    struct str host = request_header(of->rq, "host"), label = str_cut(&host, '.');
    struct str header = request_header(of->rq, "x-amz-account-id");
    return (header.p && !str_is(header, own)) || (account_id_ok(label) && !str_is(label, own));
}

int guard_limit(struct guard_permit *p)
{
    struct str action = p->decision->action;
    const struct authz_principal *principal = p->of->record->principal;
    if (names_other_account(p)) {
        refuse(p, NULL, "The request is about another account than the caller's.");
        return OK;
    }
    if (!p->known.holder)
        return OK;
    if (principal->kind != PRINCIPAL_SERVICE && guard_is_abroad(p) && !is_for_others(p->decision)) {
        refuse(p, NULL,
               "Policies let no other account do this: it is for principals of the "
               "account that owns the resource.");
        return OK;
    }
    if (p->owner_guessed)
        p->of->reason = arena_printf(p->of->call->arena,
                                     "Nobody has told who owns %s: it is taken for the caller's.",
                                     p->known.holder->arn);
    return str_eq_fold(str_cut(&action, ':'), STR("s3")) ? limit_s3(p) : OK;
}
