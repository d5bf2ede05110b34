/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identity providers of the world outside, and X.509 certificates. XML, its signatures, HTTPS and
 * TLS need libraries that take longer to load than the rest of the program takes to start, so they
 * stand in a module of their own, federation.so, which is loaded when the first request needs it.
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

/* A response of a SAML identity provider, and what it is held against. */
struct saml_question {
    struct str response; /* base64 */
    const char *metadata;
    const char *provider;    /* its account, "/" and its name */
    const char *provider_id; /* the end of the addresses that are this provider's alone */
    const char *const *keys; /* private keys, PEM, to decrypt it with */
    size_t n_keys;
    bool encrypted; /* it has to be */
    int64_t now;
};

struct saml_attribute {
    const char *name;
    const char **values;
    size_t n;
};

/* What a response says that was verified. */
struct saml_assertion {
    const char *id; /* NULL: it has none */
    const char *issuer;
    const char *subject;        /* NULL: nobody */
    const char *format;         /* of the subject; NULL: not said */
    const char *recipient;      /* whom it is for */
    const char *name_qualifier; /* of the issuer and the provider: a hash that AWS makes of them */
    int64_t session_until;      /* 0: not said */
    const struct saml_attribute *attributes;
    size_t n_attributes;
};

/* Why a response is not accepted. */
struct saml_refusal {
    const char *message; /* AWS's words, or close to them */
    const char *reason;  /* what AWS does not tell */
};

/* A certificate and what may come with it, PEM. */
struct x509_upload {
    struct str certificate;
    struct str chain; /* p == NULL: none */
    struct str key;   /* p == NULL: it is not asked for */
};

struct x509_certificate {
    const char *id; /* base32 of the SHA-1 of its DER: 32 characters */
    int64_t expires;
};

/* The one symbol of the module, federation_module. Safe to use from any thread. */
struct federation {
    /*
     * What a GET of URL answers: no more than 256 KiB, without redirects to other hosts, until
     * DEADLINE of the monotonic clock, and only as long as *STOP is false.
     * ERR_IDP_COMMUNICATION_ERROR when there is no answer, ERR_INVALID_IDENTITY_TOKEN when it is
     * none that one could use.
     */
    int (*fetch)(struct arena *a, const char *url, int64_t deadline_ms, const _Atomic bool *stop,
                 struct str *ret, const char **why);
    /* ERR_INVALID_INPUT */
    int (*saml_metadata)(struct arena *a, struct str document, struct saml_metadata *ret,
                         const char **why);
    /* Whether it is an RSA key, PEM, that assertions can be decrypted with. */
    bool (*saml_private_key)(struct str pem);
    /* ERR_INVALID_IDENTITY_TOKEN, ERR_EXPIRED_TOKEN, ERR_IDP_REJECTED_CLAIM */
    int (*saml_verify)(struct arena *a, const struct saml_question *question,
                       struct saml_assertion *ret, struct saml_refusal *why);
    /*
     * Whether the certificate is valid NOW, its chain leads on from it and its key belongs to it.
     * ERR_MALFORMED_CERTIFICATE, ERR_KEY_PAIR_MISMATCH; WHY is in AWS's words.
     */
    int (*x509_read)(struct arena *a, const struct x509_upload *upload, int64_t now,
                     struct x509_certificate *ret, const char **why);
};

/* The module, loaded by the first call; NULL with WHY, a static text, where it cannot be. */
const struct federation *federation_load(const char **why);
