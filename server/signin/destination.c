/* SPDX-License-Identifier: Apache-2.0 */
#include "server/signin/destination.h"

#include "server/cli/url.h"
#include "server/signin/next.h"

/* Places of AWS's console, by the first part of their paths. */
static const struct {
    const char *part, *path;
} places[] = {
    {"iam", "/console/users"},
    {"iamv2", "/console/users"},
    {"organizations", "/console/organization"},
    {"cloudtrail", "/console/decisions"},
    {"cloudtrailv2", "/console/decisions"},
};

static bool is_aws_console(struct str host)
{
    struct str name = STR("console.aws.amazon.com");
    if (host.n < name.n || !str_eq_fold((struct str){host.p + host.n - name.n, name.n}, name))
        return false;
    return host.n == name.n || host.p[host.n - name.n - 1] == '.';
}

static const char *place_of(struct str path)
{
    path = str_cut(&path, '?');
    str_cut(&path, '/');
    struct str part = str_cut(&path, '/');
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (str_is(part, places[i].part))
            return places[i].path;
    }
    return "/console";
}

/* Takes "http://AUTHORITY" or the like off; p == NULL: it does not begin so. */
static struct str cut_authority(struct str *text)
{
    struct str schemes[] = {STR("http://"), STR("https://")};
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        size_t n = schemes[i].n, end;
        if (text->n < n || !str_eq_fold((struct str){text->p, n}, schemes[i]))
            continue;
        for (end = n; end < text->n && !strchr("/?#", text->p[end]); end++)
            ;
        struct str authority = {text->p + n, end - n};
        *text = (struct str){text->p + end, text->n - end};
        return authority;
    }
    return (struct str){NULL, 0};
}

/* Behind the prefix of the sandbox, which is put before it once more. */
static const char *own_path(struct arena *a, const struct request *rq, struct str path)
{
    if (rq->prefix.n && str_starts(path, rq->prefix))
        path = (struct str){path.p + rq->prefix.n, path.n - rq->prefix.n};
    return next_path(str_dup(a, path));
}

const char *destination_path(struct arena *a, const struct request *rq, const char *text)
{
    if (!text)
        return next_path(NULL);
    struct str rest = str_of(text), host, port;
    struct str authority = cut_authority(&rest);
    struct str path = str_cut(&rest, '#');
    if (!authority.p)
        return *text == '/' ? own_path(a, rq, path) : NULL;
    if (!url_authority(authority, &host, &port))
        return NULL;
    if (str_eq_fold(authority, request_header(rq, "host")))
        return own_path(a, rq, path);
    return is_aws_console(host) ? place_of(path) : NULL;
}

const char *destination_url(struct arena *a, const struct request *rq, const char *path)
{
    return arena_printf(a, "http://%.*s%.*s%s", STR_FMT(request_header(rq, "host")),
                        STR_FMT(rq->prefix), path);
}
