/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/admin_endpoint.h"

#include "access/explain.h"
#include "access/sealed.h"
#include "base/clock.h"
#include "err.h"
#include "evaluate/evaluate.h"
#include "server/api/admin_clock.h"
#include "server/api/admin_guard.h"
#include "server/api/respond.h"
#include "server/api/route.h"

enum {
    RECENT_MAX = 50,
    EVALUATED_MAX = 32 << 20, /* bytes of one answer; its buffer may be twice as large */
    BYTES_PER_STEP = 4,       /* of it: what writing them costs, in the unit of decisions */
};

void admin_reply(struct admin *r, int status, json_t *json)
{
    respond_json(r->arena, status, json, r->response);
}

void admin_error(struct admin *r, int status, const char *message)
{
    admin_reply(r, status, json_pack("{s:s}", "error", message));
}

json_t *admin_body(struct admin *r)
{
    json_error_t error;
    json_t *body = json_loadb(r->rq->body.p, r->rq->body.n, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(body))
        return body;
    json_decref(body);
    admin_error(r, 400, "The body has to be a JSON object.");
    return NULL;
}

const char *admin_text(struct admin *r, json_t *body, const char *name)
{
    const char *text = json_string_value(json_object_get(body, name));
    return text ? arena_strdup(r->arena, text) : NULL;
}

static const char *enforcement_name(const struct admin *r)
{
    return config_enforcement_name((enum enforcement)atomic_load(&r->sandbox->enforcement));
}

static void get_health(struct admin *r)
{
    json_int_t seconds = (clock_monotonic_ms() - r->server->started_ms) / 1000;
    const char *trouble = server_trouble(r->server, r->sandbox);
    json_t *health = json_pack("{s:s, s:s, s:s, s:I, s:[s]}", "status", trouble ? "failing" : "ok",
                               "version", IAM_LOCAL_VERSION, "enforcement", enforcement_name(r),
                               "uptime_seconds", seconds, "sandboxes", r->sandbox->name);
    if (trouble)
        json_object_set_new(
            health, "error",
            json_sprintf("Writes are refused until the data directory is as it was: %s.", trouble));
    admin_reply(r, trouble ? 503 : 200, health);
}

/* The question LocalStack's users and harnesses ask. */
static void get_localstack_health(struct admin *r)
{
    json_t *services = json_object();
    for (size_t i = 0; route_services[i]; i++)
        json_object_set_new(services, route_services[i]->name, json_string("running"));
    admin_reply(r, 200,
                json_pack("{s:o, s:s, s:s}", "services", services, "edition", "iam-local",
                          "version", IAM_LOCAL_VERSION));
}

static void post_reset(struct admin *r)
{
    clock_shift(&r->sandbox->clock, 0); /* the new account is not made in another time */
    if (server_reset_alone(r->server, r->sandbox, r->arena) == OK) {
        admin_reply(r, 200, json_pack("{s:s}", "reset", r->sandbox->name));
        return;
    }
    admin_error(r, 500,
                "The reset failed, and the root user may be missing. See to it that the data "
                "directory can be written, then reset again.");
}

static json_t *describe_service(const struct api_service *service)
{
    static const char *const access[] = {"list", "read", "write", "permissions", "tagging"};
    json_t *operations = json_array();
    json_int_t built = 0;
    for (size_t i = 0; i < service->n_ops; i++) {
        const struct api_op *op = &service->ops[i];
        built += op->run != NULL;
        json_array_append_new(operations,
                              json_pack("{s:s, s:s, s:b}", "name", op->name, "access",
                                        access[op->access], "implemented", op->run != NULL));
    }
    return json_pack("{s:s, s:s, s:I, s:I, s:o}", "service", service->name, "version",
                     service->version, "implemented", built, "total", (json_int_t)service->n_ops,
                     "operations", operations);
}

static void get_operations(struct admin *r)
{
    json_t *services = json_array();
    for (size_t i = 0; route_services[i]; i++)
        json_array_append_new(services, describe_service(route_services[i]));
    admin_reply(r, 200, json_pack("{s:o}", "services", services));
}

static void get_explain(struct admin *r)
{
    struct str record = explain_get(r->sandbox, r->arena, r->rest);
    json_t *json = record.p ? json_loadb(record.p, record.n, 0, NULL) : NULL;
    if (json)
        admin_reply(r, 200, json);
    else
        admin_error(r, 404,
                    "Nothing is known about this request id. Only the last requests that "
                    "were decided about are kept.");
}

static json_t *line_of(const struct explain_line *line)
{
    json_t *json = json_pack("{s:s}", "request_id", line->request_id);
    if (line->operation)
        json_object_set_new(json, "operation",
                            json_sprintf("%s:%s", line->service, line->operation));
    if (line->principal)
        json_object_set_new(json, "principal", json_string(line->principal));
    if (line->decided)
        json_object_set_new(json, "allowed", json_boolean(line->allowed));
    if (line->error)
        json_object_set_new(json, "error", json_string(line->error));
    return json;
}

static void get_recent(struct admin *r)
{
    struct explain_line lines[RECENT_MAX];
    size_t n = explain_recent(r->sandbox, r->arena, lines, RECENT_MAX);
    json_t *requests = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(requests, line_of(&lines[i]));
    admin_reply(r, 200, json_pack("{s:o}", "requests", requests));
}

static void get_enforcement(struct admin *r)
{
    admin_reply(r, 200, json_pack("{s:s}", "enforcement", enforcement_name(r)));
}

static void put_enforcement(struct admin *r)
{
    json_t *body = admin_body(r);
    if (!body)
        return;
    const char *name = json_string_value(json_object_get(body, "enforcement"));
    for (int e = ENFORCE_STRICT; name && e <= ENFORCE_OFF; e++) {
        if (strcmp(name, config_enforcement_name((enum enforcement)e)) == 0) {
            atomic_store(&r->sandbox->enforcement, e);
            json_decref(body);
            get_enforcement(r);
            return;
        }
    }
    json_decref(body);
    admin_error(r, 400, "Expected {\"enforcement\": \"strict\" | \"soft\" | \"off\"}.");
}

static void get_quotas(struct admin *r)
{
    json_t *quotas = json_object();
    for (int i = 0; i < QUOTA_COUNT; i++)
        json_object_set_new(quotas, quota_rows[i].name,
                            json_integer(atomic_load(&r->sandbox->quotas[i])));
    admin_reply(r, 200, quotas);
}

/* NULL, or what is wrong. All or nothing: values are looked at before any is set. */
static const char *read_quotas(struct arena *a, json_t *body, int64_t values[QUOTA_COUNT])
{
    const char *name;
    json_t *value;
    json_object_foreach(body, name, value)
    {
        enum quota quota;
        if (!quota_find(str_of(name), &quota)) {
            struct buf text = buf_new(a, 256);
            buf_printf(&text, "There is no quota %s. There are:", name);
            for (int i = 0; i < QUOTA_COUNT; i++)
                buf_printf(&text, "%s %s", i ? "," : "", quota_rows[i].name);
            return buf_text(&text);
        }
        if (!json_is_integer(value) || json_integer_value(value) < 0)
            return "Expected {\"NAME\": NUMBER}, with numbers from 0.";
        values[quota] = json_integer_value(value);
    }
    return NULL;
}

static void put_quotas(struct admin *r)
{
    json_t *body = admin_body(r);
    if (!body)
        return;
    int64_t values[QUOTA_COUNT];
    for (int i = 0; i < QUOTA_COUNT; i++)
        values[i] = atomic_load(&r->sandbox->quotas[i]);
    const char *wrong = read_quotas(r->arena, body, values);
    json_decref(body);
    if (wrong) {
        admin_error(r, 400, wrong);
        return;
    }
    for (int i = 0; i < QUOTA_COUNT; i++)
        atomic_store(&r->sandbox->quotas[i], values[i]);
    get_quotas(r);
}

static void get_clock(struct admin *r)
{
    char now[CLOCK_TEXT_SIZE];
    const struct clock *clock = &r->sandbox->clock;
    clock_iso8601(clock_now(clock), now);
    admin_reply(r, 200,
                json_pack("{s:s, s:b, s:I}", "now", now, "frozen", clock_is_frozen(clock),
                          "ahead_seconds", (json_int_t)(clock_now(clock) - clock_real())));
}

static void put_clock(struct admin *r)
{
    json_t *body = admin_body(r);
    if (!body)
        return;
    const char *wrong = "expected one of set, advance, freeze and release";
    const char *name = json_object_iter_key(json_object_iter(body));
    json_t *value = json_object_iter_value(json_object_iter(body));
    if (json_object_size(body) == 1) {
        const char *text = json_is_true(value) ? "true" : json_string_value(value);
        wrong = admin_clock_move(&r->sandbox->clock, str_of(name), str_of(text ? text : ""));
    }
    json_decref(body);
    if (wrong)
        admin_error(r, 400, wrong);
    else
        get_clock(r);
}

static const char *seal_failure(void *owner, struct arena *a, const char *account,
                                struct str failure)
{
    const struct sandbox *sandbox = owner;
    return sealed_write(a, sandbox->message_key, account, failure);
}

static bool read_evaluate_query(struct admin *r, struct evaluate_options *ret)
{
    struct str rest = r->rq->query;
    *ret = (struct evaluate_options){.owner = r->sandbox};
    while (rest.p) {
        struct str word = str_cut(&rest, '&');
        if (str_is(word, "explain=true"))
            ret->explain = true;
        else if (str_is(word, "encode=true"))
            ret->encode = seal_failure;
        else
            return false;
    }
    return true;
}

/* Definitions hold for the lines of one body. */
static bool evaluate_lines(struct str text, struct evaluate_options *options, struct buf *out)
{
    struct evaluator *evaluator = evaluator_new();
    struct arena scratch; /* of one line */
    bool well_formed = true;
    arena_init(&scratch);
    while (text.p && out->n <= EVALUATED_MAX) {
        const char *reason;
        size_t before = out->n;
        options->number++;
        well_formed &= evaluate_line(evaluator, &scratch, str_cut(&text, '\n'), options, out,
                                     &reason) != EVALUATED_MALFORMED;
        work_spend(options->work, (out->n - before) / BYTES_PER_STEP);
        arena_reset(&scratch);
    }
    arena_done(&scratch);
    evaluator_free(evaluator);
    return well_formed;
}

/* One object, over as many lines as it likes, or one per line: 400 when the only one is bad. */
static void post_evaluate(struct admin *r)
{
    struct evaluate_options options;
    if (!read_evaluate_query(r, &options)) {
        admin_error(r, 400, "The query may be explain=true, encode=true or both.");
        return;
    }
    struct policy_work work = work_new(WORK_REQUEST, &r->sandbox->stopping);
    struct buf out = buf_new(r->arena, 4096);
    struct str body = r->rq->body;
    options.work = &work;
    json_t *whole = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
    if (whole) {
        char *line = arena_strndup(r->arena, body.p, body.n);
        for (size_t i = 0; i < body.n; i++)
            line[i] = (char)(line[i] == '\n' ? ' ' : line[i]);
        body.p = line;
    }
    bool well_formed = evaluate_lines(body, &options, &out);
    if (out.n > EVALUATED_MAX) {
        json_decref(whole);
        admin_error(r, 413, "The answer is too long: send fewer lines, or do not explain them.");
        return;
    }
    r->response->status = whole && !well_formed ? 400 : 200;
    r->response->body = buf_str(&out);
    response_add(r->response, "content-type", whole ? "application/json" : "application/x-ndjson");
    response_add(r->response, "cache-control", "no-store");
    json_decref(whole);
}

enum {
    PUBLIC = ADMIN_PUBLIC,
    APART = ADMIN_APART,
    SLOW = ADMIN_SLOW,
    ALONE = ADMIN_ALONE | ADMIN_SLOW,
};

static const struct endpoint {
    const char *method, *path;
    void (*run)(struct admin *r);
    int traits;       /* enum admin_traits */
    const char *more; /* what the last part of the path stands for; NULL: there is none */
} endpoints[] = {
    {"GET", "/_iam-local/health", get_health, PUBLIC, NULL},
    {"GET", "/_localstack/health", get_localstack_health, PUBLIC, NULL},
    {"POST", "/_iam-local/reset", post_reset, ALONE, NULL},
    {"GET", "/_iam-local/operations", get_operations, APART, NULL},
    {"POST", "/_iam-local/evaluate", post_evaluate, APART | SLOW, NULL},
    {"GET", "/_iam-local/explain", get_recent, 0, NULL},
    {"GET", "/_iam-local/explain/", get_explain, 0, "REQUEST-ID"},
    {"GET", "/_iam-local/enforcement", get_enforcement, 0, NULL},
    {"PUT", "/_iam-local/enforcement", put_enforcement, 0, NULL},
    {"GET", "/_iam-local/clock", get_clock, 0, NULL},
    {"PUT", "/_iam-local/clock", put_clock, 0, NULL},
    {"GET", "/_iam-local/quotas", get_quotas, 0, NULL},
    {"PUT", "/_iam-local/quotas", put_quotas, 0, NULL},
    {"POST", "/_iam-local/oidc/token", admin_post_oidc_token, SLOW, NULL},
    {"PUT", "/_iam-local/oidc/jwks", admin_put_oidc_keys, SLOW, NULL},
    {"GET", "/_iam-local/oidc/", admin_get_oidc, PUBLIC | SLOW, "[ISSUER/].well-known/..."},
    {"GET", "/_iam-local/sandboxes", admin_get_sandboxes, APART, NULL},
    {"GET", "/_iam-local/sandboxes/", admin_get_sandbox, APART, "NAME"},
    {"PUT", "/_iam-local/sandboxes/", admin_put_sandbox, APART | SLOW, "NAME"},
    {"DELETE", "/_iam-local/sandboxes/", admin_delete_sandbox, APART | ADMIN_ENDS, "NAME"},
    {"GET", "/_iam-local/accounts", admin_get_accounts, 0, NULL},
    {"POST", "/_iam-local/accounts", admin_post_accounts, 0, NULL},
    {"POST", "/_iam-local/accounts/", admin_post_root_key, 0, "ID/access-keys"},
    {"POST", "/_iam-local/container", admin_post_container, 0, NULL},
    {"GET", "/_iam-local/container/credentials", admin_get_container_credentials, PUBLIC, NULL},
    {"GET", "/_iam-local/instance", admin_get_instance, 0, NULL},
    {"PUT", "/_iam-local/instance", admin_put_instance, 0, NULL},
    {"DELETE", "/_iam-local/instance", admin_delete_instance, 0, NULL},
};

static bool path_fits(const struct endpoint *endpoint, struct str path, struct str *rest)
{
    struct str own = str_of(endpoint->path);
    if (!str_starts(path, own))
        return false;
    *rest = (struct str){path.p + own.n, path.n - own.n};
    return endpoint->more ? rest->n > 0 : rest->n == 0;
}

static void run_endpoint(struct admin *r, const struct endpoint *endpoint)
{
    const char *why_not = admin_guard(&r->server->config, r->rq, (endpoint->traits & PUBLIC) != 0);
    if (why_not)
        admin_error(r, 403, why_not);
    else
        endpoint->run(r);
}

static void reply_unknown(struct admin *r)
{
    struct buf text = buf_new(r->arena, 512);
    buf_add(&text, STR("There is no such endpoint. There are:"));
    for (size_t i = 0; i < ARRAY_LEN(endpoints); i++)
        buf_printf(&text, "%s %s %s%s", i ? "," : "", endpoints[i].method, endpoints[i].path,
                   endpoints[i].more ? endpoints[i].more : "");
    admin_error(r, 404, buf_text(&text));
}

static struct str method_of(const struct request *rq)
{
    return str_is(rq->method, "HEAD") ? STR("GET") : rq->method;
}

int admin_traits(const struct request *rq)
{
    struct str method = method_of(rq), rest;
    for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
        if (path_fits(&endpoints[i], rq->path, &rest) && str_is(method, endpoints[i].method))
            return endpoints[i].traits;
    }
    return 0;
}

static void dispatch(struct admin *r)
{
    struct str method = method_of(r->rq);
    struct buf allowed = buf_new(r->arena, 32);
    for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
        const struct endpoint *endpoint = &endpoints[i];
        if (!path_fits(endpoint, r->rq->path, &r->rest))
            continue;
        buf_printf(&allowed, "%s%s", allowed.n ? ", " : "", endpoint->method);
        if (!str_is(method, endpoint->method))
            continue;
        run_endpoint(r, endpoint);
        return;
    }
    if (!allowed.n) {
        reply_unknown(r);
        return;
    }
    admin_error(r, 405, arena_printf(r->arena, "This endpoint takes %s.", buf_text(&allowed)));
    response_add(r->response, "allow", buf_text(&allowed));
}

bool admin_is_own(const struct request *rq)
{
    return str_starts(rq->path, STR("/_iam-local/")) || str_is(rq->path, "/_iam-local") ||
           str_starts(rq->path, STR("/_localstack/"));
}

struct sandbox *admin_ends(struct server *server, const struct request *rq)
{
    struct str start = STR("/_iam-local/sandboxes/");
    if (!(admin_traits(rq) & ADMIN_ENDS) || admin_guard(&server->config, rq, false))
        return NULL;
    struct str name = {rq->path.p + start.n, rq->path.n - start.n};
    return str_is(name, server->sandbox->name) ? NULL : sandboxes_find(server->sandboxes, name);
}

bool admin_run(struct flow *f)
{
    if (!admin_is_own(f->call.rq))
        return false;
    struct admin r = {.server = f->server,
                      .sandbox = f->call.sandbox,
                      .ends = f->ends,
                      .arena = f->call.arena,
                      .rq = f->call.rq,
                      .response = &f->response};
    dispatch(&r);
    return true;
}
