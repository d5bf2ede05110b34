/* SPDX-License-Identifier: Apache-2.0 */
/* Where a server is, as its users and requests write it. */
#pragma once

#include "base/arena.h"
#include "base/str.h"

/* Texts belong to the arena. */
struct url {
    bool tls;              /* https */
    const char *authority; /* as it stands in the URL */
    const char *host;      /* without brackets */
    const char *port;      /* a number */
    const char *path;      /* without slashes at its end */
};

/*
 * HOST of "name", "name:port", "127.0.0.1:port" or "[::1]:port", brackets included, and PORT, p ==
 * NULL when there is none; false when TEXT is anything else. Names are of letters, digits, "-" and
 * "_", between dots; one more dot may stand at the end. A port may be empty (RFC 3986, section
 * 3.2.3) and is 65535 at most.
 */
bool url_authority(struct str text, struct str *host, struct str *port) MUST_USE;

/* False: TEXT is not http://HOST[:PORT][/PATH], with a port that can be connected to, or the same
   with https; a path has neither a query nor a fragment. */
bool url_parse(struct arena *a, const char *text, struct url *ret) MUST_USE;
