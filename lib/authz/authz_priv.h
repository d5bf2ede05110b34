/* SPDX-License-Identifier: Apache-2.0 */
/* What holds of an action whatever policies say; SERVICE and NAME in any letter case. */
#pragma once

#include "authz/authz.h"

/* It is allowed, even under an explicit deny. */
bool needs_no_permission(const struct authz_principal *p, struct str service, struct str name);
/* It is an action of Billing, which is closed to the principal. */
bool is_closed_to(const struct authz_principal *p, struct str service, struct str name);
/* Resource control policies do not hold, or not for the principal. */
bool rcp_spares(const struct authz_principal *p, struct str service, struct str name);
/* Policies of the principal on that layer are looked at. */
bool own_layer_applies(const struct authz_principal *p, enum authz_layer layer);
/* The layer has to allow what identity policies, or those of a resource, grant. */
bool own_layer_filters(const struct authz_principal *p, enum authz_layer layer);
