/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a principal may do in its own account, by service, whatever the requests will be, and which
 * policies make it so. Policies of resources, which may let it in all the same, are not looked at.
 */
#pragma once

#include "authz/authz.h"
#include "model/reference.h"

enum authz_grant {
    AUTHZ_GRANT_NONE, /* no request is allowed */
    AUTHZ_GRANT_SOME, /* it depends on the request: on its resource, on conditions */
    AUTHZ_GRANT_ALL,  /* every request is allowed */
};

/* Actions. */
struct authz_tally {
    size_t n, all, some; /* the others: none */
};

enum authz_part {
    AUTHZ_PART_GIVES,
    AUTHZ_PART_TAKES, /* denies */
    AUTHZ_PART_LACKS, /* has to allow and does not */
};

/* What a statement, or a layer as a whole, does about some actions of a service. */
struct authz_reason {
    enum authz_part part;
    enum authz_layer layer;
    size_t level;                             /* of SCPs and RCPs */
    const struct authz_policy *policy;        /* NULL: the layer as a whole */
    const struct policy_statement *statement; /* NULL likewise */
    bool always;                              /* whatever the request is */
    bool everywhere;                          /* of a statement: on every resource */
    size_t n;                                 /* actions: of those that are given, if it takes */
};

struct authz_permission {
    struct reference_label action;
    enum authz_grant grant;
};

struct authz_service_permissions {
    const char *service, *title;
    enum authz_grant grant; /* all and none: of all actions */
    struct authz_tally total, levels[REFERENCE_ACCESS_COUNT];
    const struct authz_permission *actions; /* where one service was asked for; else NULL */
    const struct authz_reason *reasons;     /* what gives before what takes */
    size_t n_reasons;
};

struct authz_permissions {
    const struct authz_service_permissions *services; /* by prefix; those with actions */
    size_t n;
    size_t counts[AUTHZ_GRANT_ALL + 1]; /* of services */
    bool unfinished;                    /* the work did not suffice: nothing is told */
};

/*
 * In the arena. SCPS and RCPS are those of its account; NULL: none. ONLY: the number of the one
 * service that is asked for; SIZE_MAX: all.
 */
struct authz_permissions authz_permissions(struct arena *a, const struct authz_principal *principal,
                                           const struct authz_levels *scps,
                                           const struct authz_levels *rcps, size_t only,
                                           struct policy_work *work);

/*
 * A sentence, in the arena: "Statement 0 of the policy p (user alice) allows 12 actions on every
 * resource." SCPS are those that were summed up.
 */
const char *authz_reason_text(struct arena *a, const struct authz_reason *reason,
                              const struct authz_levels *scps);

const char *authz_grant_name(enum authz_grant grant);
const char *authz_part_name(enum authz_part part);
