/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/route.h"

#include "account_api.h"
#include "iam_api.h"
#include "organizations_api.h"
#include "signin_api.h"
#include "sts_api.h"

const struct api_service *const route_services[] = {
    &iam_service, &organizations_service, &sts_service, &account_service, &signin_service, NULL};

const struct api_service *route_service(struct str scope)
{
    for (size_t i = 0; route_services[i]; i++) {
        if (str_is(scope, route_services[i]->name))
            return route_services[i];
    }
    return NULL;
}

const struct api_service *route_target(struct str target)
{
    struct str prefix = str_cut(&target, '.');
    for (size_t i = 0; prefix.p && route_services[i]; i++) {
        const struct api_service *service = route_services[i];
        if (service->target && str_is(prefix, service->target))
            return service;
    }
    return NULL;
}

const struct api_service *route_path(const struct request *rq)
{
    for (size_t i = 0; route_services[i]; i++) {
        if (api_route_find(route_services[i], rq->method, rq->path, rq->query))
            return route_services[i];
    }
    return NULL;
}

/* The service of that name, if its protocol is Query. */
static const struct api_service *query_service(struct str name)
{
    const struct api_service *service = route_service(name);
    return service && service->protocol == API_QUERY ? service : NULL;
}

static bool has_version(const struct api_service *service, struct str version)
{
    return service->protocol == API_QUERY && str_is(version, service->version);
}

static const struct api_service *by_action(const struct route_query *query)
{
    for (size_t i = 0; route_services[i]; i++) {
        if (has_version(route_services[i], query->version) &&
            api_find(route_services[i], query->action))
            return route_services[i];
    }
    return NULL;
}

/* sts.us-east-1.amazonaws.com, iam.localhost:4566 */
static const struct api_service *by_host(struct str host)
{
    return query_service(str_cut(&host, '.'));
}

struct route route_find(const struct route_query *query)
{
    struct route route = {.service = query_service(query->scope)};
    if (!route.service)
        route.service = by_action(query);
    if (!route.service)
        route.service = by_host(query->host);
    if (route.service && str_is(query->version, route.service->version))
        route.op = api_find(route.service, query->action);
    return route;
}
