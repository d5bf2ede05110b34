/* SPDX-License-Identifier: Apache-2.0 */
/* What services refuse although policies allow it. */
#include "guard/guard_priv.h"
#include "model/ids.h"
#include "recognize/look.h"

/*
 * Whatever a policy grants to other accounts, these are for the owner's own principals: S3 API
 * Reference, PutBucketPolicy, GetBucketPolicy and DeleteBucketPolicy; SQS Developer Guide, "Amazon
 * SQS API permissions", "Cross-account permissions don't apply to the following actions".
 */
static const struct guard_action at_home[] = {
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
static const struct guard_action of_keys[] = {
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
        return guard_is_one_of(d->action, of_keys, ARRAY_LEN(of_keys));
    return !guard_is_one_of(d->action, at_home, ARRAY_LEN(at_home));
}

/*
 * Where a request says whose its resources are, while ARNs of its permissions have the caller's
 * account: S3 Control API Reference, PutAccessPointPolicy; ECR API Reference, BatchGetImage; Glue
 * API Reference, GetTable; SQS API Reference, GetQueueUrl; S3 Glacier API Reference, DescribeVault;
 * AWS Budgets API Reference, DescribeBudget; CodeArtifact API Reference, DescribeDomain.
 */
static const struct {
    const char *service, *source;
} owners[] = {
    {"s3control", "h:x-amz-account-id"}, {"ecr", "b:registryId"},
    {"ecr-public", "b:registryId"},      {"glue", "b:CatalogId"},
    {"sqs", "b:QueueOwnerAWSAccountId"}, {"glacier", "u:0"},
    {"budgets", "b:AccountId"},          {"codeartifact", "q:domain-owner"},
};

/* SDKs put the account in front of the host of S3 Control, too. */
static bool is_in_host(const struct guard_case *of, const char *own)
{
    struct str host = request_header(of->rq, "host"), label = str_cut(&host, '.');
    return strcmp(of->op->service_id, "s3control") == 0 && account_id_ok(label) &&
           !str_is(label, own);
}

bool guard_names_other(const struct guard_case *of)
{
    const char *own = of->record->principal->account;
    if (!of->rq || !own || of->op->why != RECOGNIZED)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(owners); i++) {
        if (strcmp(of->op->service_id, owners[i].service) != 0)
            continue;
        struct look *look = look_new(of->call->arena, of->rq, of->op, of->rq->body.n > 0);
        struct str named = look_for(look, owners[i].source), account = str_cut(&named, ':');
        if (account_id_ok(account) && !str_is(account, own))
            return true;
    }
    return is_in_host(of, own);
}

static void tell_guess(struct guard_permit *p)
{
    struct guard_case *of = p->of;
    if (p->owner_guessed && !of->guess)
        of->guess = arena_printf(of->call->arena,
                                 "Nobody has told who owns %s: it is taken for the caller's.",
                                 p->known.holder->arn);
}

int guard_limit(struct guard_permit *p)
{
    struct str action = p->decision->action, service = str_cut(&action, ':');
    const struct authz_principal *principal = p->of->record->principal;
    if (p->of->names_other) {
        guard_set_denied(p, NULL, "The request is about another account than the caller's.");
        return OK;
    }
    if (!p->known.holder)
        return OK;
    if (principal->kind != PRINCIPAL_SERVICE && guard_is_abroad(p) && !is_for_others(p->decision)) {
        guard_set_denied(p, NULL,
                         "Policies let no other account do this: it is for principals of the "
                         "account that owns the resource.");
        return OK;
    }
    tell_guess(p);
    if (str_eq_fold(service, STR("kms")))
        return guard_limit_keys(p);
    return str_eq_fold(service, STR("s3")) ? guard_limit_s3(p) : OK;
}
