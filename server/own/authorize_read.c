/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked, from JSON. */
#include <arpa/inet.h>

#include "model/arn.h"
#include "policy/json.h"
#include "server/own/authorize_priv.h"

enum {
    KEYS_MAX = 1024,   /* they are compared one by one */
    HEADERS_MAX = 256, /* likewise */
};

#define MEMBERS_OF_ASK "principal, action, resource and context"
#define MEMBERS_OF_REQUEST "method, target, headers, body, source_ip and learn"

struct reading {
    struct call *call;
    const struct node *object;
};

static int wrong(struct reading *r, const char *name, const char *expected)
{
    return call_fail(r->call, ERR_VALIDATION_ERROR, "%s: expected %s.", name, expected);
}

/* NULL stays what it is: the member is not there. */
static int read_text(struct reading *r, const char *name, const char *expected, struct str *ret)
{
    const struct node *node = node_get(r->object, name);
    *ret = (struct str){NULL, 0};
    if (!node)
        return OK;
    if (node->kind != NODE_STRING || node->text.n == 0)
        return wrong(r, name, expected);
    *ret = node->text;
    return OK;
}

static int check_names(struct reading *r, const char *const *names, const char *expected)
{
    for (const struct node *e = r->object->first; e; e = e->next) {
        const char *const *name = names;
        while (*name && !str_is(e->key, *name))
            name++;
        if (!*name)
            return call_fail(r->call, ERR_VALIDATION_ERROR, "There is no member %.*s: expected %s.",
                             STR_FMT(e->key), expected);
    }
    return OK;
}

static bool is_scalar(const struct node *node)
{
    return node->kind == NODE_STRING || node->kind == NODE_NUMBER || node->kind == NODE_BOOL;
}

static int read_values(struct reading *r, const struct node *member, struct authz_key_value *ret)
{
    struct arena *a = r->call->arena;
    ret->name = str_dup(a, member->key);
    if (is_scalar(member)) {
        ret->value = member->text;
        return OK;
    }
    struct str *list = NEW_ARRAY(a, struct str, member->n + 1);
    for (const struct node *e = member->first; member->kind == NODE_ARRAY && e; e = e->next) {
        if (!is_scalar(e))
            break;
        list[ret->n++] = e->text;
    }
    ret->list = list;
    return member->kind == NODE_ARRAY && ret->n == member->n
               ? OK
               : call_fail(r->call, ERR_VALIDATION_ERROR,
                           "context: expected %s to be a text, a number, true or false, or a list "
                           "of those.",
                           ret->name);
}

/* Two spellings of one key would be two answers to one question. */
static int check_repeats(struct reading *r, const struct authz_key_value *keys, size_t n)
{
    struct named *names = NEW_ARRAY(r->call->arena, struct named, n);
    for (size_t i = 0; i < n; i++) {
        struct str name = str_of(keys[i].name);
        names[i] = (struct named){{str_fold(r->call->arena, name), name.n}, i};
    }
    size_t again = named_repeats(names, n);
    return again == SIZE_MAX ? OK
                             : call_fail(r->call, ERR_VALIDATION_ERROR,
                                         "context: %s is there twice.", keys[again].name);
}

static int read_context(struct reading *r, struct guard_ask *ret)
{
    const struct node *context = node_get(r->object, "context");
    size_t n = 0;
    if (!context)
        return OK;
    if (context->kind != NODE_OBJECT || context->n > KEYS_MAX)
        return wrong(r, "context", "an object of at most 1024 condition keys");
    struct authz_key_value *keys = NEW_ARRAY(r->call->arena, struct authz_key_value, context->n);
    for (const struct node *e = context->first; e; e = e->next)
        TRY(read_values(r, e, &keys[n++]));
    ret->given = keys;
    ret->n_given = n;
    return check_repeats(r, keys, n);
}

static bool is_action(struct str action)
{
    struct str name = action, service = str_cut(&name, ':');
    return service.n && name.n && !entry_has_wildcard(action);
}

static int read_ask(struct reading *r, struct guard_ask *ret)
{
    static const char *const names[] = {"principal", "action", "resource", "context", NULL};
    struct str principal;
    struct arn arn;
    TRY(check_names(r, names, MEMBERS_OF_ASK));
    TRY(read_text(r, "principal", "the ARN of one", &principal));
    TRY(read_text(r, "action", "a text", &ret->action));
    TRY(read_text(r, "resource", "an ARN or \"*\"", &ret->resource));
    if (!principal.p)
        return wrong(r, "principal", "the ARN of one");
    if (!is_action(ret->action))
        return wrong(r, "action", "the name of one action, such as s3:GetObject");
    if (!ret->resource.p)
        ret->resource = STR("*");
    if (!str_is(ret->resource, "*") && !arn_parse(ret->resource, &arn))
        return wrong(r, "resource", "an ARN or \"*\"");
    ret->principal = str_dup(r->call->arena, principal);
    return read_context(r, ret);
}

static int add_header(struct reading *r, const struct node *member, const struct node *value,
                      struct request_header *ret)
{
    if (value->kind != NODE_STRING)
        return call_fail(r->call, ERR_VALIDATION_ERROR,
                         "headers: expected %.*s to be a text or a list of texts.",
                         STR_FMT(member->key));
    const char *why = authorize_check_header(member->key, value->text);
    if (why)
        return call_fail(r->call, ERR_VALIDATION_ERROR, "headers: %s.", why);
    *ret = (struct request_header){member->key, str_trim(value->text)};
    return OK;
}

static size_t count_headers(const struct node *headers)
{
    size_t n = 0;
    for (const struct node *e = headers->first; e; e = e->next)
        n += e->kind == NODE_ARRAY ? e->n : 1;
    return n;
}

/* Names that differ in their letter case, and lists, are headers that came several times. */
static int read_headers(struct reading *r, struct request *ret)
{
    const struct node *headers = node_get(r->object, "headers");
    if (!headers || headers->kind != NODE_OBJECT || count_headers(headers) > HEADERS_MAX)
        return wrong(r, "headers", "an object with all headers of the request, at most 256");
    struct request_header *v =
        NEW_ARRAY(r->call->arena, struct request_header, count_headers(headers));
    ret->headers = v;
    for (const struct node *e = headers->first; e; e = e->next) {
        const struct node *value = e->kind == NODE_ARRAY ? e->first : e;
        for (; value; value = e->kind == NODE_ARRAY ? value->next : NULL)
            TRY(add_header(r, e, value, &v[ret->n_headers++]));
    }
    return OK;
}

static int read_line(struct reading *r, struct request *ret)
{
    struct str target;
    TRY(read_text(r, "method", "a text", &ret->method));
    TRY(read_text(r, "target", "a text", &target));
    if (!ret->method.p || !target.p) {
        return call_fail(r->call, ERR_VALIDATION_ERROR,
                         "Expected the members " MEMBERS_OF_REQUEST
                         ", of which the first three have to be there.");
    }
    const char *why = authorize_check_line(ret->method, target);
    if (why)
        return call_fail(r->call, ERR_VALIDATION_ERROR, "The request cannot be one: %s.", why);
    authorize_set_target(ret, target);
    return OK;
}

static int read_body(struct reading *r, struct authorize_input *ret)
{
    const struct node *body = node_get(r->object, "body");
    ret->rq.body = STR("");
    if (!body || body->kind == NODE_NULL)
        return OK;
    struct buf b = buf_new(r->call->arena, body->text.n + 1);
    if (body->kind != NODE_STRING || !buf_base64_decode(&b, body->text))
        return wrong(r, "body", "base64 with padding");
    ret->question.body = true;
    if (b.n)
        ret->rq.body = buf_str(&b);
    return OK;
}

bool authorize_is_address(const char *text)
{
    unsigned char address[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
}

static int read_origin(struct reading *r, struct request *ret)
{
    struct str address;
    TRY(read_text(r, "source_ip", "an address", &address));
    ret->source_ip = address.p ? str_dup(r->call->arena, address) : r->call->rq->source_ip;
    return !address.p || authorize_is_address(ret->source_ip) ? OK
                                                              : wrong(r, "source_ip", "an address");
}

static int read_request(struct reading *r, struct authorize_input *ret)
{
    static const char *const names[] = {"method",    "target", "headers", "body",
                                        "source_ip", "learn",  NULL};
    const struct node *learn = node_get(r->object, "learn");
    TRY(check_names(r, names, MEMBERS_OF_REQUEST));
    if (learn && learn->kind != NODE_BOOL)
        return wrong(r, "learn", "true or false");
    ret->question = (struct guard_question){
        .rq = &ret->rq, .length = true, .learn = !learn || str_is(learn->text, "true")};
    TRY(read_line(r, &ret->rq));
    TRY(read_headers(r, &ret->rq));
    TRY(read_origin(r, &ret->rq));
    return read_body(r, ret);
}

int authorize_read(struct call *c, struct authorize_input *ret)
{
    struct reading r = {.call = c};
    size_t bad;
    *ret = (struct authorize_input){.form = AUTHORIZE_OBJECT};
    if (!node_read(c->arena, c->rq->body, &r.object, &bad))
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "The body is no JSON, or has a name twice, at byte %zu.", bad);
    if (r.object->kind != NODE_OBJECT || !r.object->first)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "Expected a JSON object with " MEMBERS_OF_REQUEST
                         ", or with " MEMBERS_OF_ASK ".");
    bool asks = node_get(r.object, "principal") || node_get(r.object, "action");
    return asks ? read_ask(&r, &ret->ask) : read_request(&r, ret);
}
