/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a request to another service, which is allowed, tells of resources. Whether the back end
 * does what it asks for is not known. Policies, owners and attributes are learned only from
 * principals of the account that owns the resource, tags and grants from whoever is allowed.
 */
#pragma once

#include "recognize/recognize.h"
#include "resource/change.h"

struct lesson {
    const struct request *rq;
    const struct recognized *op;
    const struct recognize_permissions *permissions; /* all of them were allowed */
    const char *account;                             /* the caller's; NULL: of none */
    bool body;                                       /* rq->body came */
};

struct resource_changes {
    struct resource_change *v;
    size_t n;
};

/* What is news in it: nothing, for most requests. */
int resource_lessons(struct sandbox *sandbox, struct arena *a, const struct lesson *lesson,
                     struct resource_changes *ret) MUST_USE;
