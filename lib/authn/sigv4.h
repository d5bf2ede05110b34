/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AWS Signature Version 4: reading the authentication part of a request, in the Authorization
 * header or in the query (presigned), and checking the signature. Who holds the key is not
 * known here. Rules: IAM User Guide, "Signature Version 4 for API requests".
 *
 * Our own services read one form of it; requests to others, which their back ends show, come in
 * all forms there are, and to a reader who is not the one that serves them: sigv4_find.
 */
#pragma once

#include "call/request.h"

/* Of other mechanisms: S3's sentence, and the clearest one there is, for all services. */
#define SIGV4_NOT_SUPPORTED                                                                        \
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."

enum {
    SIGV4_KEY_SIZE = 32,
    SIGV4_SECRET_MAX = 256,   /* bytes of a secret access key */
    SIGV4_SIGNATURE_SIZE = 65 /* 64 digits and a NUL */
};

/* Of a body without content. */
#define SIGV4_EMPTY_DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct sigv4_post;

/* The authentication part of one request. Slices point into the request or the arena. */
struct sigv4_auth {
    bool presigned;
    bool asymmetric; /* AWS4-ECDSA-P256-SHA256: authn/sigv4a.h. Its scope has no region */
    struct str access_key_id, date, region, service, terminator; /* the credential scope */
    struct str signed_headers;                                   /* "host;x-amz-date" */
    struct str signature;                                        /* as sent */
    struct str timestamp;                                        /* 20150830T123600Z */
    int64_t signed_at;                                           /* the same, in seconds */
    int64_t expires;           /* seconds a presigned request is good for */
    struct str security_token; /* p == NULL: none */
    const struct sigv4_post
        *post;             /* of an upload by a form: authn/sigv4_post.h; NULL: it is none */
    struct str region_set; /* of an asymmetric one: "us-east-1,eu-*"; REGION is of it */
    struct str payload;    /* the last line of the canonical request; p == NULL: the digest of
                              the body */
};

/* How services differ in what they sign. */
struct sigv4_rules {
    /* Resolve "." and "..", drop empty segments, encode twice: all services but S3. */
    bool normalize_path;
    /* X-Amz-Security-Token joins a presigned query after signing: AWS IoT. */
    bool token_after_signing;
    /* UNSIGNED-PAYLOAD may stand for the body. */
    bool unsigned_payload;
    /* S3: bodies may come in signed chunks, and a presigned request does not sign its body. */
    bool s3;
    /* X-Amz-Content-Sha256 has to be there: S3, but for the API of its endpoints on Outposts. */
    bool needs_digest;
};

/*
 * Finds and parses the authentication part. Fails with ERR_MISSING_AUTHENTICATION_TOKEN,
 * ERR_INCOMPLETE_SIGNATURE or ERR_SIGNATURE_DOES_NOT_MATCH and AWS's sentence in *message.
 */
int sigv4_parse(struct arena *a, const struct request *rq, struct sigv4_auth *ret,
                const char **message) MUST_USE;

/*
 * The same of a request to any service, in any form. ERR_NOT_FOUND: nobody has signed it. What says
 * twice who sent it, or in a form that is not accepted, fails; BODY whether rq->body is there.
 */
int sigv4_find(struct arena *a, const struct request *rq, bool body, struct sigv4_auth *ret,
               const char **message) MUST_USE;

/* The rules of SERVICE, as the credential scope names it, for its operation; NULL: not known. */
void sigv4_rules_of(struct str service, const char *operation, struct sigv4_rules *ret);

/*
 * Sets auth->payload, for a request to another service. Fails with a sentence; also when BODY is
 * false and the signature takes the body, which nothing stands for.
 */
int sigv4_settle_payload(struct arena *a, const struct request *rq, bool body,
                         const struct sigv4_rules *rules, struct sigv4_auth *auth,
                         const char **message) MUST_USE;

/* S3 tells of the time of a presigned request in its own words, and denies it: before
   sigv4_check_scope, which finds the rest. */
int sigv4_check_presigned(const struct sigv4_auth *auth, const struct sigv4_rules *rules,
                          int64_t now, const char **message) MUST_USE;

/* The x-amz-* headers that are not signed, parted by ", "; NULL: all are. */
const char *sigv4_unsigned_headers(struct arena *a, const struct request *rq,
                                   const struct sigv4_auth *auth);

/*
 * Checks the clock (15 minutes around NOW, or the life of a presigned request), that Host is
 * signed, and the scope's region, terminator and date: what AWS looks at before the signature
 * itself. The service is not looked at: which ones there are is not known here.
 * Fails with ERR_SIGNATURE_DOES_NOT_MATCH and AWS's sentence.
 */
int sigv4_check_scope(struct arena *a, const struct request *rq, const struct sigv4_auth *auth,
                      int64_t now, const char **message) MUST_USE;

/* The scope's; us-east-1, where the global endpoints are, when that is no region's name. */
struct str sigv4_region(const struct sigv4_auth *auth);

/* Derives the key that signs for one day, region and service. SECRET: at most SIGV4_SECRET_MAX. */
void sigv4_signing_key(struct str secret, struct str date, struct str region, struct str service,
                       unsigned char ret[static SIGV4_KEY_SIZE]);

/* Both belong to the arena. There is no canonical request (p == NULL) when SignedHeaders repeats a
   name or has more than 100. */
struct str sigv4_canonical_request(struct arena *a, const struct request *rq,
                                   const struct sigv4_auth *auth, const struct sigv4_rules *rules);
struct str sigv4_string_to_sign(struct arena *a, const struct sigv4_auth *auth,
                                struct str canonical_request);

/* Lower-case hexadecimal signature. */
void sigv4_signature(const unsigned char key[static SIGV4_KEY_SIZE], struct str string_to_sign,
                     char ret[static SIGV4_SIGNATURE_SIZE]);

/* True when the request was signed with KEY and its body is the one an X-Amz-Content-Sha256 header
   announces. Constant time in the signature. */
bool sigv4_verify(struct arena *a, const struct request *rq, const struct sigv4_auth *auth,
                  const struct sigv4_rules *rules,
                  const unsigned char key[static SIGV4_KEY_SIZE]) MUST_USE;
