/* SPDX-License-Identifier: Apache-2.0 */
/* The service-linked roles of AWS services (IAM User Guide, "Service-linked roles"), as far as they
   are known: what they are called, and which policy of AWS is attached to them. */
#pragma once

#include "base/str.h"

#define LINKED_ROLE_PATH "/aws-service-role/"

struct linked_role {
    const char *service;     /* "autoscaling.amazonaws.com" */
    const char *name;        /* "AWSServiceRoleForAutoScaling" */
    const char *policy;      /* ARN */
    const char *description; /* what IAM sets when none is given; NULL: nothing */
    bool has_suffix;         /* there may be several, told apart by suffixes */
    bool everywhere;         /* each account has it from its beginning, and keeps it */
};

/* Sorted by service. */
extern const size_t linked_roles_n;
extern const struct linked_role linked_roles[];

enum { LINKED_ROLE_SESSION = 3600 }; /* the longest of their sessions */

/* NULL: the service has none, or none that is known. */
const struct linked_role *linked_role_find(struct str service);

/* SUFFIX may be NULL. */
char *linked_role_name(struct arena *a, const struct linked_role *role, const char *suffix);
char *linked_role_path(struct arena *a, struct str service);
/* The trust policy. LISTS: as CreateServiceLinkedRole answers it. */
char *linked_role_trust(struct arena *a, const struct linked_role *role, bool lists);

bool linked_role_is(const char *path); /* a role at this path is such a role */
