/* SPDX-License-Identifier: Apache-2.0 */
/* Where to after signing in. Links bring it along, so it may come from anybody. */
#pragma once

#include "call/call.h"

/* TEXT, when it is a path of this server that a page is at, perhaps with a query; else "/console".
   NULL is none. */
const char *next_path(const char *text);
