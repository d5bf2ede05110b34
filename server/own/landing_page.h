/* SPDX-License-Identifier: Apache-2.0 */
/* The page that a browser gets at "/": what a person who opened the address needs to know. */
#pragma once

#include "call/call.h"

/* Whether a request is for it. Where the host is not one of ours it is AWS's front door's. */
bool landing_page_is_wanted(const struct call *c);
