/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of resources of other services: the account that owns them, their policy, their
 * tags, and what only a back end knows (the key of an alias, the suffix of a secret, the partition
 * key of a table). Told by own endpoints, or learned from requests that were allowed.
 */
#pragma once

#include "access/document.h"
#include "authz/authz.h"
#include "call/call.h"

struct resource_pair {
    const char *name, *value;
};

/* An immutable picture, cached, and dropped when a committed write touches the resource. That
   nothing is known is one, too. */
struct resource_view {
    struct cached base;
    struct arena arena;
    const char *arn;
    bool is_known;
    bool has_below;          /* something is known of what is below it: of objects of a bucket */
    const char *account;     /* that owns it; NULL: not known */
    struct document *policy; /* a reference, with the grants of a KMS key, which always has one;
                                NULL: it has none */
    bool is_public;          /* of a bucket: S3 calls its policy so */
    const struct authz_tag *tags;
    size_t n_tags;
    const struct resource_pair *attributes; /* sorted by name */
    size_t n_attributes;
    struct cached *parts[1]; /* the policy */
};

/* A reference to what is known of just this ARN. A is for scratch. */
int resource_acquire(struct sandbox *sandbox, struct arena *a, struct str arn,
                     struct resource_view **ret) MUST_USE;
void resource_release(struct resource_view *view); /* accepts NULL */

/*
 * The ARN of the resource whose policy and owner ARN has: the bucket of an object, the table of an
 * index, the catalog of a Glue table. ARN itself where there is none above it. In the arena, or
 * ARN.
 */
struct str resource_holder(struct arena *a, struct str arn);

/* What decides about a resource. The references last as long as what is in the arena. */
struct resource_known {
    const struct resource_view *own;     /* the resource itself; NULL: nothing is known of it */
    const struct resource_view *holder;  /* what is above it, or itself; never NULL */
    const struct resource_view *decides; /* whose policy is that of the resource; may be NULL */
};

int resource_find(struct sandbox *sandbox, struct arena *a, struct str arn,
                  struct resource_known *ret) MUST_USE;

/* NULL: it has none of that name. Accepts NULL. */
const char *resource_attribute(const struct resource_view *view, const char *name);
