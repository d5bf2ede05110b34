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

struct resource_attribute {
    const char *name, *value;
};

/* An immutable picture, cached, and dropped when a committed write touches the resource. */
struct resource_view {
    struct cached base;
    struct arena arena;
    const char *arn;
    const char *account;       /* NULL: not known */
    struct document *policy;   /* a reference; NULL: it has none */
    const struct authz_tag *tags;
    size_t n_tags;
    const struct resource_attribute *attributes;
    size_t n_attributes;
};

/*
 * A reference to what is known of ARN, or of the nearest one above it (the bucket of an object, the
 * table of an index). ERR_NOT_FOUND: nothing is.
 */
int resource_acquire(struct sandbox *sandbox, struct arena *a, struct str arn,
                     struct resource_view **ret) MUST_USE;
void resource_release(struct resource_view *view); /* accepts NULL */

/* NULL: it has none of that name. */
const char *resource_attribute(const struct resource_view *view, const char *name);
