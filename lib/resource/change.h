/* SPDX-License-Identifier: Apache-2.0 */
/* What is told or learned of a resource, and how it is stored. */
#pragma once

#include "resource/resource.h"

struct resource_grant {
    const char *id;       /* NULL: the back end has made one that is not known here */
    const char *grantee;  /* ARN, or the name of a service */
    const char *retiring; /* principal that may retire it; NULL: none */
    struct str_list operations;
    const struct resource_pair *equal, *subset; /* encryption context that there has to be:
                                                        just this, and this among others */
    size_t n_equal, n_subset;
};

struct resource_change {
    const char *arn;
    bool forget;                 /* it and what is below it; the rest does not count */
    const char *account;         /* that owns it, if none is known yet; NULL: as it was */
    const char *policy;          /* NULL: as it was; "": none */
    const char *statement, *sid; /* to be added to the policy, instead of the one of this Sid */
    const char *without_sid;     /* statement to be taken away */
    bool all_tags;               /* there are no others */
    const struct resource_pair *tags, *attributes;
    size_t n_tags, n_attributes;
    struct str_list untagged, without;   /* names of tags and attributes to be taken away */
    const struct resource_grant *grants; /* to be added */
    size_t n_grants;
    const char *without_grant; /* id of one to be taken away, or of one that is not known: then all
                                  that were learned go, since it may be any of them */
};

/* NULL, or what is wrong with it in a sentence; of a policy AWS's, and the place. In the arena. */
const char *resource_check(struct arena *a, const struct resource_change *change);

/*
 * All that is known of a resource from now on is CHANGE. In the call's transaction. Whoever tells
 * more than the quotas allow is refused; older resources that were learned make room.
 */
int resource_tell(struct call *c, const struct resource_change *change) MUST_USE;

/* It and what is below it. ERR_NOT_FOUND: nothing was known. */
int resource_forget(struct call *c, const char *arn) MUST_USE;

/*
 * In a transaction of its own; the call is in none, and at a place that may wait. What does not
 * pass resource_check, or finds no room, is left out; *RET_NOTE tells that, or is NULL.
 */
int resource_learn(struct call *c, const struct resource_change *changes, size_t n,
                   const char **ret_note) MUST_USE;
