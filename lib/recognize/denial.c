/* SPDX-License-Identifier: Apache-2.0 */
#include "recognize/recognize.h"
#include "recognize/table_priv.h"

/* The text at AT, if there is one. */
static const char *text_or_null(text_at at)
{
    return at ? request_text(at) : NULL;
}

static bool has(const struct request_service *service, enum request_flag flag)
{
    return (service->flags & flag) != 0;
}

/* What no service is known for is told as most services do that speak JSON over REST. */
static const struct recognize_denial unknown = {.status = 403, .code = "AccessDeniedException"};

void recognize_denial(const struct recognized *op, struct recognize_denial *ret)
{
    if (op->service == 0) {
        *ret = unknown;
        return;
    }
    const struct request_service *service = &request_services[op->service - 1];
    *ret = (struct recognize_denial){
        .status = service->deny_status,
        .code = request_text(service->deny_code),
        .type = text_or_null(service->deny_type),
        .form = text_or_null(service->deny_form),
        .message_prefix = text_or_null(service->deny_prefix),
        .lower_case = has(service, REQUEST_LOWER_CASE),
        .omits_star = has(service, REQUEST_NO_STAR),
        .query_compatible = has(service, REQUEST_QUERY_COMPATIBLE),
        .xmlns = text_or_null(service->xmlns),
        .json_version = text_or_null(service->json),
    };
}
