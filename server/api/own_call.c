/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/own_call.h"

#include "access/view.h"
#include "model/ids.h"

int own_call_begin(struct server *server, struct sandbox *sandbox, struct arena *a,
                   const struct request *rq, bool write, struct own_call *ret)
{
    char *request_id = arena_alloc(a, UUID_SIZE);
    uuid_new(&sandbox->rand, request_id);
    *ret = (struct own_call){
        .server = server,
        .call = {.arena = a,
                 .sandbox = sandbox,
                 .rq = rq,
                 .request_id = request_id,
                 .now = clock_now(&sandbox->clock),
                 .account = sandbox->default_account,
                 .enforcement = (enum enforcement)atomic_load(&sandbox->enforcement),
                 .tx = &ret->tx}};
    return store_begin(sandbox->store, write, a, &ret->tx);
}

int own_call_end(struct own_call *own, int code)
{
    int end = store_end(&own->tx, code == OK);
    if (code == OK && end == OK)
        view_publish(own->call.sandbox, own->tx.touched);
    return end < 0 ? end : code;
}
