/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The managed policies of AWS, part of the program: names, paths and dates are AWS's, and so is
 * what the documents of their default versions say. Ids are derived from the names, the layout of
 * all documents is the same, and versions before the default one are not known.
 */
#pragma once

#include "base/str.h"

#define MANAGED_ARN_PREFIX "arn:aws:iam::aws:policy"

struct managed_policy {
    const char *name, *path, *id;
    int64_t version; /* of the default and only version */
    int64_t created, updated;
    size_t number; /* position by name, ignoring case */
};

size_t managed_count(void);
void managed_at(size_t number, struct managed_policy *ret); /* below the count */

bool managed_find(struct str arn, struct managed_policy *ret);
char *managed_arn(struct arena *a, const struct managed_policy *policy);

/* The first policy whose name is behind AFTER, ignoring case; the count when there is none. */
size_t managed_behind(struct str after);

/* Unpacks the document of the default version. */
char *managed_document(struct arena *a, const struct managed_policy *policy);
