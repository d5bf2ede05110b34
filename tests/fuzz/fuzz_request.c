/* SPDX-License-Identifier: Apache-2.0 */
/* A whole request as text, through the pipeline; the first byte chooses enforcement and listener.
 */
#include "support/client.h"
#include "support/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct client client;
    if (!client.server)
        client_start(&client, NULL);
    struct arena a;
    struct response response;
    if (size == 0)
        return 0;
    arena_init(&a);
    struct request *rq = wire_request(&a, (struct str){(const char *)data + 1, size - 1});
    if (rq) {
        rq->source_ip = "192.0.2.1";
        rq->loopback = data[0] & 4;
        atomic_store(&client.server->sandbox->enforcement, data[0] % 3);
        pipeline_run(client.server, &a, rq, &response);
        if (response.status < 200 || response.status > 599)
            __builtin_trap();
    }
    arena_done(&a);
    return 0;
}
