/* SPDX-License-Identifier: Apache-2.0 */
/* Generated: the prefixes, sorted. */
#pragma once

#include <stddef.h>

extern const size_t rcp_services_n;
extern const char *const rcp_services[];
