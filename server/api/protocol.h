/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What clients speak. Each protocol is a row of functions: who may come at all, which operation a
 * request is for, its members, and the envelopes of results and errors. Services that are not
 * served have rows, too: their clients are told so in their own words.
 */
#pragma once

#include "call/call.h"
#include "call/response.h"
#include "shape/node.h"

/* What is understood of a request before it is decoded. */
struct exchange {
    const struct protocol *protocol;
    struct str scope; /* service of the credential scope; p == NULL: unsigned or unreadable */
    const struct api_service *service; /* whose endpoint was called; NULL: not known */
    const struct api_route *way;       /* to the operation, of protocols that go by paths */
    struct node params;                /* of the Query protocol */
};

/* CODE is one of enum err, and c->message its sentence, where there is one. */
struct protocol {
    const char *content_type;
    /* Whether the client may ask: fails with ERR_ACCESS_DENIED and its like. */
    int (*guard)(struct call *c, const struct exchange *x);
    /* Finds c->op, and the service where only that is known. */
    int (*route)(struct call *c, struct exchange *x);
    int (*decode)(struct call *c, const struct exchange *x, void *in);
    void (*result)(struct call *c, const struct exchange *x, const void *out, struct response *ret);
    void (*error)(struct call *c, const struct exchange *x, int code, struct response *ret);
};

/* AWS's Query protocol, with XML or JSON; and its JSON protocols. */
extern const struct protocol protocol_query, protocol_query_json;
extern const struct protocol protocol_json_1_0, protocol_json_1_1, protocol_rest_json;

/* Own endpoints; what SDKs ask for the role of a container; the instance metadata service. */
extern const struct protocol protocol_own, protocol_container, protocol_imds;

/* Pages for browsers; and where programs turn credentials into a way into them. */
extern const struct protocol protocol_page, protocol_federation;

/* What clients get credentials with that somebody has signed in to by a browser: rest-json, with
   forms, too, and the errors of OAuth. */
extern const struct protocol protocol_signin;

/* Those of services that are not served: they have nothing but errors. */
extern const struct protocol protocol_ec2, protocol_s3, protocol_cbor;

/* The protocol that the request is written in; where that goes by paths, c->op, too. */
void protocol_find(struct call *c, struct exchange *x);

/* For refusals before the route: what is left to that, as far as headers and path tell. */
void protocol_guess(const struct request *rq, struct exchange *x);

/* The row of one of AWS's services. */
const struct protocol *protocol_of_service(const struct api_service *service);

/* The guard of AWS's protocols. */
int protocol_guard(struct call *c, const struct exchange *x);

/* What all answers have: a status, a body, and in the headers their type and the request id. */
void protocol_finish(const struct call *c, const struct protocol *protocol, int status,
                     const struct buf *body, struct response *ret);

/* Services that spoke Query before tell the code of those days, too; others may. */
void protocol_add_query_error(const struct call *c, const struct err_face *face,
                              struct response *ret);
