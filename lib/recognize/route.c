/* SPDX-License-Identifier: Apache-2.0 */
/* REST: the operation by method, path, and what tells those of one path apart. */
#include "recognize/find_priv.h"

struct walk {
    struct find *find;
    const struct request_service *service;
    struct str path; /* with the bucket of a host in front */
    uint64_t met;    /* needs of the service */
    uint64_t used;   /* those of the best route */
    struct found *best;
    bool encoded; /* a part was encoded that is none of those that may be */
};

/* B is meant rather than A, NULL, where both fit: it needs more, or is not an older name. */
static bool is_better(const struct request_route *a, const struct request_route *b)
{
    if (!a)
        return true;
    int more = __builtin_popcountll(b->needs) - __builtin_popcountll(a->needs);
    bool newer = (request_ops[a->op].flags & REQUEST_DEPRECATED) &&
                 !(request_ops[b->op].flags & REQUEST_DEPRECATED);
    return more > 0 || (more == 0 && newer);
}

static bool ends_in_slash(struct str path)
{
    return path.n > 0 && path.p[path.n - 1] == '/';
}

/* The routes that end at NODE. Where several fit, one has to need all that the others do. */
static void take_routes(struct walk *walk, const struct request_node *node)
{
    const struct request_route *best = NULL;
    uint64_t needed = 0;
    for (uint32_t i = 0; i < node->n_routes; i++) {
        const struct request_route *route = &request_routes[node->routes + i];
        if (route->needs & ~walk->met)
            continue;
        if (!str_is(walk->find->rq->method, request_text(route->method)) &&
            request_text(route->method)[0] != '*')
            continue;
        needed |= route->needs;
        if (is_better(best, route))
            best = route;
    }
    struct found *found = walk->best;
    if (!best || (found->op && found->literals >= best->literals))
        return;
    walk->used = best->needs;
    *found = (struct found){
        .service = walk->service,
        .op = &request_ops[best->op],
        .protocol = (enum recognize_protocol)walk->service->protocol,
        .path = walk->path,
        .literals = best->literals,
        .needs = (uint8_t)__builtin_popcountll(best->needs),
        .slash_fits = ends_in_slash(walk->path) == ends_in_slash(str_of(request_text(best->path))),
        .ambiguous = needed != best->needs,
    };
}

/* Orders as the generator does. */
static int compare(struct str part, const char *text)
{
    int order = strncmp(part.p, text, part.n);
    return order ? order : -(text[part.n] != '\0');
}

static const struct request_node *child(const struct request_node *node, struct str part)
{
    uint32_t first = 0, end = node->n_children;
    while (first < end) {
        uint32_t middle = (first + end) / 2;
        const struct request_node *each = &request_nodes[node->children + middle];
        int order = compare(part, request_text(each->text));
        if (order == 0)
            return each;
        if (order > 0)
            first = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

/* The same for the first part of a path, which may be the date of another version. */
static const struct request_node *versioned_child(const struct request_service *service,
                                                  const struct request_node *node, struct str part)
{
    struct str versions = str_of(request_text(service->versions)), last = versions;
    bool known = false;
    while (versions.n) {
        last = str_cut(&versions, ' ');
        known = known || str_eq(last, part);
    }
    return known ? child(node, last) : NULL;
}

static const struct request_node *literal(struct walk *walk, const struct request_node *node,
                                          struct str part)
{
    const struct request_node *found = child(node, part);
    if (!found && part.p && memchr(part.p, '%', part.n)) {
        struct buf text = {.arena = walk->find->arena};
        if (buf_pct_decode(&text, part, false) && child(node, buf_str(&text)))
            walk->encoded = true;
    }
    if (!found && find_has(walk->service, REQUEST_ANY_VERSION) &&
        node == &request_nodes[walk->service->root])
        found = versioned_child(walk->service, node, part);
    return found;
}

static void step(struct walk *walk, const struct request_node *node, size_t at);

/* Parts from AT on belong to a label, all of them or up to what has to follow. */
static void take_greedy(struct walk *walk, const struct request_node *greedy, size_t at)
{
    take_routes(walk, greedy);
    if (greedy->n_children == 0)
        return;
    for (size_t i = at + 1; i < walk->path.n; i++) {
        if (walk->path.p[i] != '/')
            continue;
        struct str part = {walk->path.p + i + 1, walk->path.n - i - 1};
        part = str_cut(&part, '/');
        const struct request_node *next = part.n ? child(greedy, part) : NULL;
        if (next)
            step(walk, next, i + 1 + part.n + 1);
    }
}

/* Goes on from NODE with the part that begins at AT; behind the path: it has ended. A slash at its
   end makes no difference. */
static void step(struct walk *walk, const struct request_node *node, size_t at)
{
    bool ended = at >= walk->path.n;
    if (ended) {
        take_routes(walk, node);
    } else {
        struct str part = {walk->path.p + at, walk->path.n - at};
        part = str_cut(&part, '/');
        const struct request_node *next = part.n ? literal(walk, node, part) : NULL;
        if (next)
            step(walk, next, at + part.n + 1);
        if (node->label && part.n)
            step(walk, &request_nodes[node->label], at + part.n + 1);
    }
    if (node->greedy && (!ended || find_has(walk->service, REQUEST_DATA_PLANE)))
        take_greedy(walk, &request_nodes[node->greedy], at);
}

/* An encoded slash in the name of a bucket is that of an access point's ARN. */
static bool bucket_is_plain(struct arena *a, struct str path)
{
    struct str part = {path.p + 1, path.n - 1};
    part = str_cut(&part, '/');
    struct buf text = {.arena = a};
    if (!memchr(part.p, '%', part.n) || !buf_pct_decode(&text, part, false))
        return true;
    return !memchr(text.p, '/', text.n) || str_starts(buf_str(&text), STR("arn:"));
}

static enum recognize_why find_path(struct find *find, const struct request_service *service,
                                    struct str *ret)
{
    struct str bucket = {NULL, 0};
    *ret = find->rq->path;
    struct str base = str_of(request_text(service->base));
    if (base.n && str_starts(*ret, base) && ret->n > base.n && ret->p[base.n] == '/')
        *ret = (struct str){ret->p + base.n, ret->n - base.n};
    if (!find_has(service, REQUEST_VIRTUAL_HOST))
        return RECOGNIZED;
    enum recognize_why why = host_bucket(find, &bucket);
    if (why)
        return why;
    if (bucket.p) {
        *ret = str_of(
            arena_printf(find->arena, "/%.*s%.*s", STR_FMT(bucket), STR_FMT(find->rq->path)));
    } else if (ret->n > 1 && !bucket_is_plain(find->arena, *ret)) {
        find->reason = "The name of the bucket has an encoded slash.";
        return RECOGNIZE_AMBIGUOUS;
    }
    return RECOGNIZED;
}

/* What SERVICE has for the request. */
static enum recognize_why walk_service(struct find *find, const struct request_service *service,
                                       struct found *ret)
{
    struct needs_met needs;
    struct walk walk = {.find = find, .service = service, .best = ret};
    enum recognize_why why = find_path(find, service, &walk.path);
    if (!why)
        why = needs_meet(find, service, &needs);
    if (why)
        return why;
    walk.met = needs.met;
    step(&walk, &request_nodes[service->root], 1);
    if (walk.encoded) {
        find->reason = "The path has an encoded character that is sent plain.";
        return RECOGNIZE_AMBIGUOUS;
    }
    if (ret->op && (ret->ambiguous || (needs.met & service->flags_needed & ~walk.used))) {
        find->reason = "Parameters or headers of several operations are there.";
        return RECOGNIZE_AMBIGUOUS;
    }
    return ret->op ? RECOGNIZED : RECOGNIZE_NO_OPERATION;
}

static bool some_has_host(const struct find *find)
{
    for (uint32_t i = 0; find->host.n && i < find->n; i++) {
        if (find_service(find, i)->root && host_is_of(find_service(find, i), find->host))
            return true;
    }
    return false;
}

/* Whether the request may be for SERVICE, as far as the host says. */
static bool may_be_for(const struct find *find, const struct request_service *service)
{
    if (!service->root)
        return false;
    return (!find->host_tells && !find_has(service, REQUEST_DATA_PLANE)) ||
           host_is_of(service, find->host);
}

/* Whether the path is more of another service's that is signed for alike. AWS goes by the host;
   there are back ends that go by the path alone. */
static bool is_path_of_another(struct find *find, const struct found *best)
{
    if (!find->is_signed || !find->host_tells || !find_has(best->service, REQUEST_VIRTUAL_HOST))
        return false;
    for (uint32_t i = 0; i < find->n; i++) {
        const struct request_service *service = find_service(find, i);
        struct found found = {0};
        if (!service->root || may_be_for(find, service))
            continue;
        if (walk_service(find, service, &found) != RECOGNIZE_NO_OPERATION &&
            found.literals > best->literals)
            return true;
    }
    return false;
}

enum recognize_why find_by_path(struct find *find, struct found *ret)
{
    enum recognize_why why = path_check(find, find->rq->path);
    if (why)
        return why;
    enum recognize_why failed = RECOGNIZE_NO_OPERATION;
    find->host_tells = some_has_host(find);
    for (uint32_t i = 0; i < find->n; i++) {
        const struct request_service *service = find_service(find, i);
        struct found found = {0};
        if (!may_be_for(find, service))
            continue;
        why = walk_service(find, service, &found);
        if (why == RECOGNIZED)
            find_offer(find, ret, &found);
        else if (failed == RECOGNIZE_NO_OPERATION)
            failed = why;
    }
    if (failed != RECOGNIZE_NO_OPERATION)
        return failed;
    if (!ret->op)
        return RECOGNIZE_NO_OPERATION;
    if (ret->ambiguous || (ret->rivals && (ret->op->flags & REQUEST_NOTHING))) {
        find->reason = "Operations of several services have that path, and the host tells none.";
        return RECOGNIZE_AMBIGUOUS;
    }
    if (is_path_of_another(find, ret)) {
        find->reason = "The path is that of another service than the host.";
        return RECOGNIZE_AMBIGUOUS;
    }
    return RECOGNIZED;
}
