/* SPDX-License-Identifier: Apache-2.0 */
/* An organization in a sandbox of support/sandbox.h: the default account is in a unit below the
   root, and another one manages all. */
#pragma once

#include "support/sandbox.h"

#define ORGANIZATION "o-a1b2c3d4e5"
#define ORGANIZATION_MANAGEMENT "999999999999"
#define ORGANIZATION_ROOT "r-ab12"
#define ORGANIZATION_UNIT "ou-ab12-11112222"
#define ORGANIZATION_PATH ORGANIZATION "/" ORGANIZATION_ROOT "/" ORGANIZATION_UNIT "/"
#define SCP "SERVICE_CONTROL_POLICY"
#define RCP "RESOURCE_CONTROL_POLICY"

void box_organize(struct box *box);

/* FULL, AWS's own policy of the type, is attached to everything. */
void box_enable(struct box *box, const char *type, const char *full);

/* A policy, attached to nothing. Its name is what is behind "p-". */
void box_organization_policy(struct box *box, const char *id, const char *type,
                             const char *document);
void box_attach(struct box *box, const char *target, const char *type, const char *policy);
/* What is attached to TARGET makes way for the policy. */
void box_replace(struct box *box, const char *target, const char *type, const char *policy);
