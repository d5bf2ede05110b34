/* SPDX-License-Identifier: Apache-2.0 */
/* Where requests and answers of rest-json have the members of an operation. */
#pragma once

#include "call/request.h"
#include "call/response.h"
#include "shape/api.h"

/*
 * Fills and checks the `in` struct of the operation of ROUTE, which fits RQ, at RET; PATH is what
 * the route was found by. Fails as shape_decode_json does. ERR_MALFORMED_REQUEST: escapes or bytes
 * in the path or the query that are no UTF-8.
 */
int rest_decode(struct arena *a, const struct api_route *route, const struct request *rq,
                struct str path, void *ret, const char **message) MUST_USE;

/*
 * Status, headers and body of an answer from the `out` struct of the operation; the body of one
 * without members, or without any in the body, is empty.
 */
void rest_encode(struct arena *a, const struct api_route *route, const void *out,
                 struct response *ret);
