/* SPDX-License-Identifier: Apache-2.0 */
/* From the words of a request to what the rows of authorization are about. */
#pragma once

#include "call/call.h"

/* What one authorization row is about. */
struct resource {
    enum api_resource kind;
    const char *arn;    /* "*" when the action has no resource type */
    const char *shown;  /* in denials: the ARN, or "user alice" where IAM has that */
    const char *id;     /* whose tags are the resource's; NULL: it does not exist (yet) */
    struct str account; /* whose it is; p == NULL: nobody's ("*") */
    const char *told;   /* to the one key that it tells; NULL: nothing */
    const char *policy; /* what it grants by itself, in the words of one; NULL: nothing */
};

/* The resource of ROW. An entity that does not exist has the ARN it would have at path "/". */
int resolve_resource(struct call *c, const struct api_auth *row, const void *in,
                     struct resource *ret) MUST_USE;
