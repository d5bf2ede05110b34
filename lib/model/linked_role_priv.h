/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/linked_role.h"

/* Generated; sorted by service. */
extern const size_t linked_roles_n;
extern const struct linked_role linked_roles[];
