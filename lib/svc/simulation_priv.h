/* SPDX-License-Identifier: Apache-2.0 */
/* A simulation as it is read from its request. */
#pragma once

#include "access/organization.h"
#include "base/map.h"
#include "svc/simulation.h"

/* The condition keys that a simulation is given. */
struct simulation_context {
    struct policy_context base;
    struct map keys; /* struct policy_values by the folded name */
};

struct simulation {
    struct call *call;
    const struct simulation_request *in;
    const struct authz_principal *source;
    struct authz_principal caller;       /* with the policies that are simulated */
    const struct membership *membership; /* of the caller's account, whose SCPs count; NULL: none
                                            counts, as nobody's policies are simulated */
    struct simulation_context context;
    struct str_list resources;            /* as given, or "*" */
    bool specific;                        /* the resources are ARNs */
    struct str owner;                     /* account of resources that do not tell; p == NULL */
    const struct policy *resource_policy; /* NULL: none, or no pair needs it as this kind */
    const struct policy *trust_policy;
    struct str_list missing;  /* keys that the policies need and the context does not have */
    size_t n_bytes;           /* of all policies */
    struct authz_trace trace; /* room for the trace of one decision */
    struct policy_work work;  /* of all decisions */
};

/* Checks the request and fills in the rest. The map of the context is the caller's to free. */
int simulation_read(struct simulation *s) MUST_USE;
/* The part of it that is about condition keys. */
int simulation_read_context(struct simulation *s) MUST_USE;
