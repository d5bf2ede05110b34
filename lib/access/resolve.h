/* SPDX-License-Identifier: Apache-2.0 */
/* From the words of a request to the entities they name. Found entities stay with the call, so
   that authorization and handler look each up once. Names ignore letter case. */
#pragma once

#include "call/call.h"
#include "iam_api.h"
#include "model/managed.h"

struct oidc_row;
struct saml_row;
struct use_row;

/* All fail with ERR_NOT_FOUND, without a message. */
int resolve_user(struct call *c, const char *name, struct iam_user **ret) MUST_USE;
int resolve_user_by_id(struct call *c, const char *id, struct iam_user **ret) MUST_USE;
int resolve_group(struct call *c, const char *name, struct iam_group **ret) MUST_USE;
/* With its trust policy as it was given; trust.h tells how to show it. */
int resolve_role(struct call *c, const char *name, struct iam_role **ret) MUST_USE;
/* By its ARN, in whichever account of the sandbox that is; ValidationError for other ARNs. */
int resolve_trusting_role(struct call *c, const char *arn, struct iam_role **ret) MUST_USE;
int resolve_instance_profile(struct call *c, const char *name,
                             struct iam_instance_profile **ret) MUST_USE; /* without its role */
int resolve_oidc_provider(struct call *c, const char *arn, struct oidc_row **ret) MUST_USE;
const char *resolve_oidc_name(const char *url); /* the URL without its scheme */
/* A policy of the caller's account or of AWS, without tags. */
int resolve_policy(struct call *c, const char *arn, struct iam_policy **ret) MUST_USE;
/* A policy of AWS as the API shows it. USE NULL: the account does not use it. */
struct iam_policy resolve_managed(struct arena *a, const struct managed_policy *managed,
                                  const struct use_row *use);
/* A SAML provider by its ARN, in whichever account of the sandbox that is. */
int resolve_saml_provider(struct call *c, const char *arn, struct saml_row **ret) MUST_USE;
int resolve_key(struct call *c, const char *id, struct key_row **ret) MUST_USE;

/* By its serial number, which is its ARN. */
int resolve_mfa(struct call *c, const char *serial, struct mfa_row **ret) MUST_USE;

/* What one authorization row is about. */
struct resource {
    const char *arn;      /* "*" when the action has no resource type */
    const char *shown;    /* in denials: the ARN, or "user alice" where IAM has that */
    const char *id;       /* whose tags are the resource's; NULL: it does not exist (yet) */
    struct str account;   /* whose it is; p == NULL: nobody's ("*") */
    const char *boundary; /* ARN of its permissions boundary; NULL: none */
};

/* The resource of ROW. An entity that does not exist has the ARN it would have at path "/". */
int resolve_resource(struct call *c, const struct api_auth *row, const void *in,
                     struct resource *ret) MUST_USE;
