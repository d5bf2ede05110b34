/* SPDX-License-Identifier: Apache-2.0 */
#include "asked.h"

#include <stdlib.h>

#include "recognize/table_priv.h"

static struct str text_of(const json_t *json, const char *name)
{
    const json_t *value = json_object_get(json, name);
    return value ? (struct str){json_string_value(value), json_string_length(value)}
                 : (struct str){NULL, 0};
}

static struct str told(void *owner, struct str arn, const char *attribute)
{
    const json_t *of = json_object_getn(owner, arn.p, arn.n);
    return text_of(of, attribute);
}

static void find_operation(struct recognized *op, struct str service, struct str operation)
{
    for (size_t i = 0; i < request_ops_n; i++) {
        const struct request_op *row = &request_ops[i];
        const struct request_service *of = &request_services[row->service];
        if (!str_is(operation, request_text(row->name)) || !str_is(service, request_text(of->id)))
            continue;
        op->service = row->service + 1U;
        op->op = (uint32_t)i + 1;
        op->service_id = request_text(of->id);
        op->prefix = request_text(of->iam);
        op->operation = request_text(row->name);
        op->protocol = (enum recognize_protocol)of->protocol;
        op->certainty = (enum recognize_certainty)row->certainty;
        op->is_free = row->flags & REQUEST_FREE;
        return;
    }
    ENSURE(!"the tables have the operation");
}

/* What a client says about a body that it does not tell itself. */
static const char *type_of(const struct asked *asked)
{
    static const char *const types[] = {
        [RECOGNIZE_QUERY] = "application/x-www-form-urlencoded",
        [RECOGNIZE_EC2] = "application/x-www-form-urlencoded",
        [RECOGNIZE_JSON] = "application/x-amz-json-1.1",
        [RECOGNIZE_REST_JSON] = "application/json",
        [RECOGNIZE_REST_XML] = "application/xml",
        [RECOGNIZE_CBOR] = "application/cbor",
        [RECOGNIZE_HTTP] = "application/json",
    };
    return types[asked->op.protocol];
}

static void add_headers(struct arena *a, const json_t *json, const struct asked *asked,
                        struct request *rq)
{
    struct request_header *headers = NEW_ARRAY(a, struct request_header, 64);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json_object_get(json, "headers"), name, value)
    {
        size_t n = json_is_array(value) ? json_array_size(value) : 1;
        for (size_t i = 0; i < n; i++) {
            const json_t *text = json_is_array(value) ? json_array_get(value, i) : value;
            ENSURE(rq->n_headers < 64);
            headers[rq->n_headers++] = (struct request_header){
                str_of(name), {json_string_value(text), json_string_length(text)}};
        }
    }
    rq->headers = headers;
    if (rq->body.n && !request_header(rq, "content-type").p)
        headers[rq->n_headers++] =
            (struct request_header){STR("content-type"), str_of(type_of(asked))};
}

/* "json" is a body, too. */
static struct str body_of(struct arena *a, const json_t *json)
{
    const json_t *tree = json_object_get(json, "json");
    if (!tree)
        return text_of(json, "body");
    char *text = json_dumps(tree, JSON_COMPACT);
    struct str body = str_of(arena_strdup(a, text));
    free(text);
    return body;
}

struct asked asked_of(struct arena *a, const json_t *json)
{
    struct asked asked = {.rq = {.body = body_of(a, json)}};
    struct recognize_caller *caller = &asked.caller;
    find_operation(&asked.op, text_of(json, "service"), text_of(json, "operation"));
    const json_t *protocol = json_object_get(json, "protocol");
    if (protocol)
        asked.op.protocol = (enum recognize_protocol)json_integer_value(protocol);
    asked.rq = (struct request){.method = text_of(json, "method"),
                                .path = text_of(json, "path"),
                                .query = text_of(json, "query"),
                                .body = asked.rq.body};
    asked.body = asked.rq.body.p != NULL;
    add_headers(a, json, &asked, &asked.rq);
    *caller = (struct recognize_caller){.partition = "aws",
                                        .region = STR("us-east-1"),
                                        .account = text_of(json, "account"),
                                        .user = text_of(json, "user"),
                                        .auth_type = "REST-HEADER",
                                        .signature = "AWS4-HMAC-SHA256",
                                        .signature_age = -1,
                                        .now = 1700000000,
                                        .told = told};
    if (!asked.rq.path.p)
        asked.rq.path = STR("/");
    if (!asked.rq.method.p)
        asked.rq.method = STR("POST");
    asked.op.path = asked.rq.path;
    if (!caller->account.p)
        caller->account = STR("111122223333");
    if (str_is(caller->account, "anonymous"))
        caller->account = (struct str){NULL, 0};
    caller->owner = json_object_get(json, "told");
    return asked;
}

static json_t *text_json(struct str text)
{
    json_t *json = json_stringn(text.p ? text.p : "", text.n);
    return json ? json : json_string("(no UTF-8)");
}

static json_t *list_json(const struct str *v, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, text_json(v[i]));
    return list;
}

static json_t *permission_json(const struct recognize_permission *p)
{
    json_t *keys = json_object(), *tags = json_object(), *json = json_object();
    for (size_t i = 0; i < p->n_keys; i++) {
        const struct authz_key_value *key = &p->keys[i];
        json_object_set_new(keys, key->name,
                            key->list ? list_json(key->list, key->n) : text_json(key->value));
    }
    for (size_t i = 0; i < p->n_tags; i++)
        json_object_setn_new(tags, p->tags[i].key.p, p->tags[i].key.n, text_json(p->tags[i].value));
    json_object_set_new(json, "action", text_json(p->action));
    json_object_set_new(json, "resource", text_json(p->resource));
    json_object_set_new(json, "type", p->type ? json_string(p->type) : json_null());
    json_object_set_new(json, "keys", keys);
    json_object_set_new(json, "tags", tags);
    json_object_set_new(json, "tag_keys", list_json(p->tag_keys, p->n_tag_keys));
    json_object_set_new(json, "element",
                        p->element == SIZE_MAX ? json_null()
                                               : json_integer((json_int_t)p->element));
    json_object_set_new(json, "hint", json_boolean(p->is_hint));
    return json;
}

static const char *const whys[] = {"recognized", "no service", "no operation", "ambiguous",
                                   "needs body", "malformed",  "too many",     "not in data"};

json_t *asked_permissions(struct arena *a, const struct asked *asked)
{
    struct recognize_permissions permissions;
    enum recognize_why why =
        recognize_permissions(a, &asked->rq, &asked->op, &asked->caller, asked->body, &permissions);
    json_t *json = json_object(), *list = json_array();
    if (why != RECOGNIZED) {
        ENSURE(permissions.reason);
        json_object_set_new(json, "why", json_string(whys[why]));
        json_object_set_new(json, "reason", json_string(permissions.reason));
        json_decref(list);
        return json;
    }
    for (size_t i = 0; i < permissions.n; i++)
        json_array_append_new(list, permission_json(&permissions.v[i]));
    json_object_set_new(json, "permissions", list);
    return json;
}
