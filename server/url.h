/* SPDX-License-Identifier: Apache-2.0 */
/* Where a server is, as its user writes it. */
#pragma once

#include "base/arena.h"

/* Texts belong to the arena. */
struct url {
    bool tls;              /* https */
    const char *authority; /* as it stands in the URL */
    const char *host;      /* without brackets */
    const char *port;      /* a number */
};

/*
 * False: TEXT is not http://HOST[:PORT][/...] or the same with https; what follows the slash is
 * not looked at.
 */
bool url_parse(struct arena *a, const char *text, struct url *ret) MUST_USE;
