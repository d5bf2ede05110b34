/* SPDX-License-Identifier: Apache-2.0 */
/* The envelopes of answers and errors, in XML and in JSON; and the answers of own endpoints. */
#pragma once

#include <jansson.h>

#include "call/response.h"
#include "shape/api.h"

/* Answers of operations come in the first two; the others tell clients of other services no. */
enum envelope_form {
    ENVELOPE_XML,        /* AWS's Query protocol */
    ENVELOPE_JSON,       /* the same, for those who accept JSON */
    ENVELOPE_EC2,        /* its older form */
    ENVELOPE_S3,         /* XML of S3 */
    ENVELOPE_TYPED_JSON, /* AWS's JSON protocols: the type of an error is in __type */
    ENVELOPE_CBOR,       /* RPC v2 CBOR of Smithy */
};

/* What an envelope needs to know. */
struct envelope {
    const struct api_service *service; /* NULL: not known */
    const struct api_op *op;           /* NULL: not known */
    const char *request_id;
    enum envelope_form form;
};

/* The answer of op, from its out struct. */
void respond_result(struct arena *a, const struct envelope *envelope, const void *out,
                    struct response *ret);
/* CODE is one of enum err; MESSAGE may be NULL, and then is left out. */
void respond_error(struct arena *a, const struct envelope *envelope, int code, const char *message,
                   struct response *ret);

/* An answer of an own endpoint. Takes over the reference. */
void respond_json(struct arena *a, int status, json_t *json, struct response *ret);
