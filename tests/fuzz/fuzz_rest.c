/* SPDX-License-Identifier: Apache-2.0 */
/* A request of rest-json as text: the route that it finds, the members in path, query and headers,
   and its body. */
#include "call/rest.h"
#include "err.h"
#include "imds_api.h"
#include "own_api.h"
#include "support/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
    if (!holds)
        __builtin_trap();
}

/* Every route that fits has each of its parts, and nothing but the greedy one has a slash. */
static void check_parts(const struct api_route *route, struct str path)
{
    const struct shape *in = route->op->in;
    for (size_t i = 0; i < in->n; i++) {
        if (in->fields[i].place != SHAPE_IN_PATH)
            continue;
        struct str part = api_route_part(route, path, in->fields[i].name);
        expect(!part.p || (part.n && part.p >= path.p && part.p + part.n <= path.p + path.n));
    }
}

static void check(struct arena *a, const struct api_service *service, const struct request *rq)
{
    const struct api_route *route = api_route_find(service, rq->method, rq->path, rq->query);
    const char *message = NULL;
    if (!route)
        return;
    expect(api_route_fits(route, rq->path) && str_is(rq->method, route->method));
    check_parts(route, rq->path);
    void *in = arena_zalloc(a, route->op->in->size);
    int code = rest_decode(a, route, rq, rq->path, in, &message);
    expect(code == OK || message || code == ERR_SERIALIZATION || code == ERR_MALFORMED_REQUEST ||
           code == ERR_MALFORMED_INPUT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    arena_init(&a);
    struct request *rq = wire_request(&a, (struct str){(const char *)data, size});
    if (rq) {
        check(&a, &own_service, rq);
        check(&a, &imds_service, rq);
    }
    arena_done(&a);
    return 0;
}
