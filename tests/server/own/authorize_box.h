/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to other services, signed by users, and shown to a server in this process. */
#pragma once

#include <jansson.h>

#include "support/client.h"
#include "support/suite.h"

#define ACCOUNT "123456789012"
#define ALICE "arn:aws:iam::" ACCOUNT ":user/alice"

extern struct client client;
extern struct client_key alice;

/* A server with alice, who may do what the statements say: JSON with single quotes. */
void box_start(const char *const *options, const char *statements);
void box_stop(void);
/* What alice may do from now on. */
void box_allow(const char *statements);
/* What the root user does; the text of the element ELEMENT of the answer. */
const char *box_call(const char *service, const char *form, const char *element);

/* Single quotes become double ones. */
char *quoted(const char *text);

/* A request, unsigned. HEADERS: "Name: value" a line; NULL: none. TARGET may have a query. */
struct request *make(const char *method, const char *host, const char *target, const char *headers,
                     const char *body);
/* The same signed by KEY, NULL: alice, for SERVICE. PAYLOAD is announced as X-Amz-Content-Sha256;
   NULL: nothing is. */
struct request *sign(struct request *rq, const struct client_key *key, const char *service,
                     const char *payload);
/* Of an operation of a service that speaks JSON. */
struct request *json_request(const char *service, const char *target, const char *body);

/* Shown as an object, with or without its body. */
json_t *show(const struct request *rq, bool body);
struct response post_authorize(const char *json);
/* As nginx and Envoy show it. MORE: headers of the proxy, "Name: value" a line. */
struct response show_gate(const struct request *rq, const char *more);
struct response show_stand_in(const struct request *rq, bool body, const char *more);

const char *text_of(const json_t *json, const char *name);
