/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Query protocols: Action and Version in the query string or in a form.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
#include "recognize/content_priv.h"
#include "recognize/find_priv.h"
#include "shape/form.h"

/* A parameter, and whether it is there with several values. */
struct parameter {
    struct str name;
    struct str value; /* p == NULL: it is not there */
    bool several;
};

enum { ACTION, VERSION, URL, PARAMETERS };

/* A name may be what some other text decodes to; n == 0: it is none. */
static struct str decoded_name(struct arena *a, struct str text)
{
    if (text.n && memchr(text.p, '%', text.n) && form_decode(a, text, &text))
        return (struct str){NULL, 0};
    return text;
}

/* In one place each stands once; in two places it has to be the same. */
static void pick(struct find *find, struct str form, struct parameter *parameters)
{
    bool here[PARAMETERS] = {false};
    while (form.n) {
        struct str value = str_cut(&form, '&');
        struct str name = decoded_name(find->arena, str_cut(&value, '='));
        for (size_t i = 0; name.n && i < PARAMETERS; i++) {
            struct parameter *parameter = &parameters[i];
            if (!str_eq(name, parameter->name))
                continue;
            if (!value.p || form_decode(find->arena, value, &value))
                value = STR("");
            parameter->several = parameter->several || here[i] ||
                                 (parameter->value.p && !str_eq(parameter->value, value));
            parameter->value = value;
            here[i] = true;
        }
    }
}

bool action_is_in_query(const struct find *find)
{
    struct find copy = *find;
    struct parameter action[PARAMETERS] = {{.name = STR("Action")}};
    pick(&copy, find->rq->query, action);
    return action[ACTION].value.p != NULL;
}

static bool speaks_forms(const struct request_service *service)
{
    return find_speaks(service, RECOGNIZE_QUERY) || find_speaks(service, RECOGNIZE_EC2);
}

static bool has_version(const struct request_service *service, struct str version)
{
    struct str versions = str_of(request_text(service->versions));
    while (versions.n) {
        if (str_eq(str_cut(&versions, ' '), version))
            return true;
    }
    return false;
}

/* The path of a URL. */
static struct str path_of(struct str url)
{
    const char *scheme = url.n ? (const char *)memmem(url.p, url.n, "://", 3) : NULL;
    if (scheme)
        url = (struct str){scheme + 3, (size_t)(url.p + url.n - scheme) - 3};
    const char *slash = url.n ? (const char *)memchr(url.p, '/', url.n) : NULL;
    return slash ? (struct str){slash, (size_t)(url.p + url.n - slash)} : (struct str){NULL, 0};
}

/* Queues are addressed by their URLs; then the request is about the queue of that URL. */
static bool path_fits(const struct find *find, const struct request_service *service,
                      struct str url)
{
    if (str_is(find->rq->path, "/"))
        return true;
    return service->url_member && url.p && str_eq(path_of(url), find->rq->path);
}

/* Whether a reader could take the body for something else than parameters. */
static bool body_is_odd(const struct find *find)
{
    bool form =
        find->type.n == 0 || str_eq_fold(find->type, STR("application/x-www-form-urlencoded"));
    return find->body && find->rq->body.n && (!form || !str_is(find->rq->method, "POST"));
}

static enum recognize_why fail(struct find *find, enum recognize_why why, const char *reason)
{
    find->reason = reason;
    return why;
}

static enum recognize_why offer_all(struct find *find, const struct parameter *parameters,
                                    struct found *ret)
{
    bool path_is_other = false;
    for (uint32_t i = 0; i < find->n; i++) {
        const struct request_service *service = find_service(find, i);
        if (!speaks_forms(service) || !has_version(service, parameters[VERSION].value))
            continue;
        if (!path_fits(find, service, parameters[URL].value)) {
            path_is_other = true;
            continue;
        }
        bool ec2 = find_speaks(service, RECOGNIZE_EC2);
        struct found found = {.service = service,
                              .op = find_op(service, parameters[ACTION].value),
                              .protocol = ec2 ? RECOGNIZE_EC2 : RECOGNIZE_QUERY,
                              .path = find->rq->path};
        if (found.op)
            find_offer(find, ret, &found);
    }
    if (ret->ambiguous)
        return fail(find, RECOGNIZE_AMBIGUOUS, "Several services have that Action and Version.");
    if (!ret->op && !path_is_other)
        return fail(find, RECOGNIZE_NO_OPERATION, "The service has no such Action and Version.");
    return ret->op ? RECOGNIZED : RECOGNIZE_NO_OPERATION;
}

/* What the services that may be meant speak, and the member of theirs that is a URL. */
struct spoken {
    bool forms, paths;
    struct str url_member;
};

static struct spoken what_is_spoken(const struct find *find)
{
    struct spoken spoken = {.url_member = STR("")};
    for (uint32_t i = 0; i < find->n; i++) {
        const struct request_service *service = find_service(find, i);
        spoken.forms = spoken.forms || speaks_forms(service);
        spoken.paths = spoken.paths || service->root;
        if (service->url_member)
            spoken.url_member = str_of(request_text(service->url_member));
    }
    return spoken;
}

static enum recognize_why pick_from_body(struct find *find, struct parameter *parameters)
{
    struct content content;
    if (!str_is(find->rq->method, "POST") || !find->body || find->rq->body.n == 0 ||
        body_is_odd(find))
        return RECOGNIZED;
    enum recognize_why why = content_open(find->arena, find->rq, CONTENT_QUERY, &content);
    if (why != RECOGNIZED)
        return fail(find, why, content.reason);
    pick(find, content.text, parameters);
    return RECOGNIZED;
}

static enum recognize_why no_action(struct find *find, const struct spoken *spoken)
{
    bool may_be_inside =
        str_is(find->rq->method, "POST") && !find->body && str_is(find->rq->path, "/");
    if (may_be_inside && find->is_signed)
        return fail(find, RECOGNIZE_NEEDS_BODY, "The operation is named in the body.");
    if (!spoken->paths)
        find->reason = "The request has no Action.";
    return RECOGNIZE_NO_OPERATION;
}

enum recognize_why find_by_action(struct find *find, struct found *ret)
{
    struct spoken spoken = what_is_spoken(find);
    if (!spoken.forms)
        return RECOGNIZE_NO_OPERATION;
    struct parameter parameters[PARAMETERS] = {
        {.name = STR("Action")}, {.name = STR("Version")}, {.name = spoken.url_member}};
    bool post = str_is(find->rq->method, "POST");
    pick(find, find->rq->query, parameters);
    enum recognize_why why = pick_from_body(find, parameters);
    if (why != RECOGNIZED)
        return why;
    if (!parameters[ACTION].value.p)
        return no_action(find, &spoken);
    if (parameters[ACTION].several || parameters[VERSION].several || parameters[URL].several ||
        body_is_odd(find))
        return fail(find, RECOGNIZE_AMBIGUOUS,
                    "Action, Version or the body can be read in several ways.");
    if (!post && !str_is(find->rq->method, "GET"))
        return fail(find, RECOGNIZE_NO_OPERATION, "Actions are sent by GET and POST.");
    why = offer_all(find, parameters, ret);
    if (why == RECOGNIZE_NO_OPERATION && !find->reason && !spoken.paths)
        return fail(find, RECOGNIZE_AMBIGUOUS, "The path is another one than that of Actions.");
    return why;
}
