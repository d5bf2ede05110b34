/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SCPs and RCPs that bind an account: those of the root of its organization, of each unit on
 * the way down and its own (Organizations User Guide, "SCP evaluation" and "RCP evaluation").
 */
#pragma once

#include "access/organization.h"

/*
 * Reads them into MEMBERSHIP, which keeps their compiled documents. None bind the management
 * account, nor anybody while the organization has not all features or the type is not enabled.
 */
int levels_read(struct sandbox *sandbox, struct tx *tx, struct membership *membership) MUST_USE;
