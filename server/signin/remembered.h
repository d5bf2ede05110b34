/* SPDX-License-Identifier: Apache-2.0 */
/* The account and the user name that a browser remembers, for the next time. Nothing follows from
   them: they fill in fields. */
#pragma once

#include "call/call.h"

struct remembered {
    const char *account, *user; /* NULL: nothing is remembered */
};

struct remembered remembered_read(const struct call *c);
void remembered_write(struct call *c, const char *account, const char *user);
void remembered_forget(struct call *c);
