/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permissions of any operation: the first two bytes choose it, then come a line with what stands
 * behind the path's "?", one with the path, one with a header's value, and the body. Resources are
 * text, no two permissions are the same, and whoever is refused is told why.
 */
#include "recognize/recognize.h"
#include "recognize/table_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str told(void *owner, struct str arn, const char *attribute)
{
    (void)owner;
    return arn.n % 2 ? str_of(attribute) : (struct str){NULL, 0};
}

static const char *const types[] = {"application/x-www-form-urlencoded",
                                    "application/x-www-form-urlencoded",
                                    "application/x-amz-json-1.1",
                                    "application/json",
                                    "application/xml",
                                    "application/cbor",
                                    "application/json"};

static struct recognized operation(uint32_t number)
{
    const struct request_op *row = &request_ops[number % request_ops_n];
    const struct request_service *service = &request_services[row->service];
    return (struct recognized){.service = row->service + 1U,
                               .op = number % (uint32_t)request_ops_n + 1,
                               .service_id = request_text(service->id),
                               .prefix = request_text(service->iam),
                               .operation = request_text(row->name),
                               .protocol = (enum recognize_protocol)service->protocol};
}

static void check(const struct recognize_permissions *permissions)
{
    if (permissions->n > RECOGNIZE_PERMISSIONS_MAX)
        __builtin_trap();
    for (size_t i = 0; i < permissions->n; i++) {
        const struct recognize_permission *p = &permissions->v[i];
        if (p->resource.n == 0 || !str_is_utf8(p->resource) || p->action.n == 0)
            __builtin_trap();
        for (size_t key = 0; key < p->n_keys; key++) {
            if (!p->keys[key].name || (p->keys[key].list ? !p->keys[key].n : !p->keys[key].value.p))
                __builtin_trap();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct arena a;
    struct recognized op = operation((uint32_t)data[0] << 8 | data[1]);
    struct str rest = {(const char *)data + 2, size - 2};
    struct str query = str_cut(&rest, '\n'), path = str_cut(&rest, '\n');
    struct str header = str_cut(&rest, '\n');
    const struct request_header headers[] = {
        {STR("Host"), header},
        {STR("Content-Type"), str_of(types[op.protocol])},
        {STR("x-amz-copy-source"), header},
        {STR("x-amz-tagging"), header},
        {STR("x-amz-object-lock-retain-until-date"), header},
    };
    const struct request rq = {.method = STR("POST"),
                               .path = path.n ? path : STR("/"),
                               .query = query,
                               .headers = headers,
                               .n_headers = ARRAY_LEN(headers),
                               .body = rest};
    const struct recognize_caller caller = {.partition = "aws",
                                            .region = STR("us-east-1"),
                                            .account = STR("111122223333"),
                                            .signature_age = -1,
                                            .told = told};
    struct recognize_permissions permissions;
    op.path = rq.path;
    arena_init(&a);
    if (recognize_permissions(&a, &rq, &op, &caller, rest.p != NULL, &permissions) == RECOGNIZED)
        check(&permissions);
    else if (!permissions.reason)
        __builtin_trap();
    arena_done(&a);
    return 0;
}
