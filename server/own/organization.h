/* SPDX-License-Identifier: Apache-2.0 */
/* An organization and the document that describes it. */
#pragma once

#include "base/map.h"
#include "own_api.h"
#include "queries.h"
#include "svc/organizations/find.h"

/* What the document has, by name. Made once, and then read. */
struct landing {
    struct call *call; /* by the root user of the management account */
    const struct own_post_organization_in *document;
    struct map policies; /* name -> struct landing_policy */
    struct map accounts; /* id -> struct own_organization_account */
};

struct landing_policy {
    const struct own_organization_policy *document;
    const char *type;
    const char *id; /* in the organization; NULL: it is not there */
};

/* Whether FullAWSAccess is attached, too, as long as SCPs are enabled. */
static inline bool landing_has_full_access(bool told, bool full_access)
{
    return !told || full_access;
}

/* Where the management account stands, as the transaction sees it, which may have changed it. */
int landing_look(struct landing *l) MUST_USE;

/* Makes all of the document. Errors say what they are about. */
int landing_make(struct landing *l) MUST_USE;

/* What is otherwise than the document says, in sentences of the arena. */
int landing_compare(struct landing *l, struct str_list *ret) MUST_USE;

/* Each unit and account, below what it is in, and what binds it. */
int landing_tree(struct call *c, struct own_organization_node_list *ret) MUST_USE;
