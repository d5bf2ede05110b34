/* SPDX-License-Identifier: Apache-2.0 */
/* What MFA devices are, and whose. */
#pragma once

#include "call/call.h"

/* Their kinds, as they are stored. */
#define MFA_VIRTUAL "virtual"
#define MFA_HARDWARE                                                                               \
    "hardware"          /* tokens with a serial number, which somebody owns once enabled           \
                         */
#define MFA_FIDO "fido" /* security keys, which are their owner's from the first */

/* From now on it is OWNER's, a user's or the root user's; NULL: nobody's. */
int mfa_device_set_owner(struct call *c, const char *serial, const char *owner) MUST_USE;
