/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the server is well, and what it can do. */
#include "call/call.h"
#include "own_api.h"
#include "server/api/route.h"
#include "server/server.h"

int own_get_health(struct call *c, UNUSED const struct own_get_health_in *in,
                   struct own_get_health_out *out)
{
    const char *trouble = server_trouble(c->server, c->sandbox);
    const char **names = NEW_ARRAY(c->arena, const char *, 1);
    names[0] = c->sandbox->name;
    *out = (struct own_get_health_out){.has_http_status = true,
                                       .http_status = trouble ? 503 : 200,
                                       .status = trouble ? "failing" : "ok",
                                       .version = IAM_LOCAL_VERSION,
                                       .enforcement = config_enforcement_name(c->enforcement),
                                       .uptime_seconds =
                                           (clock_monotonic_ms() - c->server->started_ms) / 1000,
                                       .sandboxes = {1, names}};
    if (trouble)
        out->error = arena_printf(
            c->arena, "Writes are refused until the data directory is as it was: %s.", trouble);
    return OK;
}

static size_t count_services(void)
{
    size_t n = 0;
    while (route_services[n])
        n++;
    return n;
}

int own_get_localstack_health(struct call *c, UNUSED const struct own_get_localstack_health_in *in,
                              struct own_get_localstack_health_out *out)
{
    size_t n = count_services();
    struct own_running_service *services = NEW_ARRAY(c->arena, struct own_running_service, n);
    for (size_t i = 0; i < n; i++)
        services[i] = (struct own_running_service){route_services[i]->name, "running"};
    *out = (struct own_get_localstack_health_out){
        .services = {n, services}, .edition = "iam-local", .version = IAM_LOCAL_VERSION};
    return OK;
}

static struct own_service describe(struct arena *a, const struct api_service *service)
{
    static const char *const access[] = {"list", "read", "write", "permissions", "tagging"};
    struct own_operation *operations = NEW_ARRAY(a, struct own_operation, service->n_ops);
    struct own_service described = {.service = service->name,
                                    .version = service->version,
                                    .total = (int64_t)service->n_ops,
                                    .operations = {service->n_ops, operations}};
    for (size_t i = 0; i < service->n_ops; i++) {
        const struct api_op *op = &service->ops[i];
        described.implemented += op->run != NULL;
        operations[i] = (struct own_operation){op->name, access[op->access], op->run != NULL};
    }
    return described;
}

int own_get_operations(struct call *c, UNUSED const struct own_get_operations_in *in,
                       struct own_get_operations_out *out)
{
    size_t n = count_services();
    out->services.n = n;
    out->services.v = NEW_ARRAY(c->arena, struct own_service, n);
    for (size_t i = 0; i < n; i++)
        out->services.v[i] = describe(c->arena, route_services[i]);
    return OK;
}
