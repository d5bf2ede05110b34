/* SPDX-License-Identifier: Apache-2.0 */
/* AWS's JSON protocols. */
#include "server/api/protocol.h"

static void error(const struct call *c, UNUSED const struct exchange *x, int code,
                  struct response *ret)
{
    const struct err_face *face = err_face(code);
    struct buf b = buf_new(c->arena, 1024);
    buf_add_char(&b, '{');
    buf_json_text(&b, "__type", face->code);
    buf_add_char(&b, ',');
    buf_json_text(&b, "message", c->message ? c->message : "");
    buf_add_char(&b, '}');
    protocol_finish(c, &protocol_json_1_1, face->status, &b, ret);
    protocol_add_query_error(c, face, ret);
}

const struct protocol protocol_json_1_1 = {
    "application/x-amz-json-1.1", NULL, NULL, NULL, NULL, error};
