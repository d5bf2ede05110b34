/* SPDX-License-Identifier: Apache-2.0 */
/* The services that resource control policies cover (Organizations User Guide, "Resource control
   policies", as of September 2026). For others they have no effect. */
#pragma once

#include "base/str.h"

/* SERVICE: the prefix of an action, in any letter case. */
bool rcp_covers(struct str service);
