/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identity providers of the world outside. XML, its signatures and HTTPS need libraries that take
 * longer to load than the rest of the program takes to start, so they stand in a module of their
 * own, federation.so, which is loaded when the first request needs it.
 *
 * Functions that can fail return 0 or a negative enum err, and then say in WHY what is wrong, in
 * words for people. Results are of the caller's arena.
 */
#pragma once

#include "base/str.h"

/* An X.509 certificate, DER. */
struct saml_certificate {
    struct str der;
};

/* What the metadata of a SAML identity provider says. */
struct saml_metadata {
    const char *issuer;                    /* its entityID */
    int64_t valid_until;                   /* 0: it does not say */
    struct saml_certificate *certificates; /* that sign */
    size_t n;
};

/* The one symbol of the module, federation_module. Safe to use from any thread. */
struct federation {
    /*
     * What a GET of URL answers: no more than 256 KiB, within five seconds, without redirects to
     * other hosts, and only as long as *STOP is false. ERR_IDP_COMMUNICATION_ERROR when there is
     * no answer, ERR_INVALID_IDENTITY_TOKEN when it is none that one could use.
     */
    int (*fetch)(struct arena *a, const char *url, const _Atomic bool *stop, struct str *ret,
                 const char **why);
    /* ERR_INVALID_INPUT */
    int (*saml_metadata)(struct arena *a, struct str document, struct saml_metadata *ret,
                         const char **why);
};

/* The module, loaded by the first call; NULL with WHY, a static text, where it cannot be. */
const struct federation *federation_load(const char **why);
