/* SPDX-License-Identifier: Apache-2.0 */
#include "shape/api.h"

static bool is_label(struct str part)
{
    return part.n && part.p[0] == '{';
}

/* "{NAME+}" */
static bool is_greedy(struct str part)
{
    return is_label(part) && part.p[part.n - 2] == '+';
}

/* The next part of both, behind their "/"; a greedy one is all that is left of PATH. */
static struct str next_part(struct str *template, struct str *path, struct str *ret)
{
    struct str wanted = str_cut(template, '/');
    if (is_greedy(wanted)) {
        *ret = *path;
        *path = (struct str){NULL, 0};
    } else {
        *ret = str_cut(path, '/');
    }
    return wanted;
}

bool api_route_fits(const struct api_route *route, struct str path)
{
    struct str template = str_of(route->path);
    while (template.p && path.p) {
        struct str part, wanted = next_part(&template, &path, &part);
        if (is_label(wanted) ? part.n == 0 : !str_eq(wanted, part))
            return false;
    }
    return template.p == path.p; /* both at their ends */
}

struct str api_route_part(const struct api_route *route, struct str path, const char *name)
{
    struct str template = str_of(route->path);
    while (template.p && path.p) {
        struct str part, wanted = next_part(&template, &path, &part);
        if (!is_label(wanted))
            continue;
        wanted = (struct str){wanted.p + 1, wanted.n - 2 - is_greedy(wanted)};
        if (str_is(wanted, name))
            return part;
    }
    return (struct str){NULL, 0};
}

static bool has_pair(struct str query, const char *pair)
{
    while (query.p) {
        if (str_is(str_cut(&query, '&'), pair))
            return true;
    }
    return false;
}

static bool is_method(const struct api_route *route, struct str method)
{
    return str_is(method, route->method) || strcmp(route->method, "*") == 0;
}

const struct api_route *api_route_find(const struct api_service *service, struct str method,
                                       struct str path, struct str query)
{
    for (size_t i = 0; i < service->n_routes; i++) {
        const struct api_route *route = &service->routes[i];
        if (is_method(route, method) && api_route_fits(route, path) &&
            (!route->query || has_pair(query, route->query)))
            return route;
    }
    return NULL;
}
