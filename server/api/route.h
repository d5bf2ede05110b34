/* SPDX-License-Identifier: Apache-2.0 */
/* Which operation of which service a request is for. */
#pragma once

#include "call/request.h"
#include "shape/api.h"

/* The services built in, ended by NULL. */
extern const struct api_service *const route_services[];

/* The service of that name, as credential scopes have it; or NULL. */
const struct api_service *route_service(struct str name);

/* The service of JSON 1.0 or 1.1 that a target names, as in "Prefix_20200101.GetThing"; or NULL. */
const struct api_service *route_target(struct str target);

/* The service of rest-json that has such an operation; or NULL. */
const struct api_service *route_path(const struct request *rq);

/* Of the Query protocol. */
struct route_query {
    struct str scope;   /* service of the credential scope; p == NULL: unsigned or unreadable */
    struct str action;  /* p == NULL: missing */
    struct str version; /* p == NULL: missing */
    struct str host;
};

struct route {
    const struct api_service *service; /* NULL: none fits */
    const struct api_op *op;           /* NULL: the service has no such operation */
};

/* By credential scope, else by action and version, else by host. */
struct route route_find(const struct route_query *query);
