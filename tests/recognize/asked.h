/* SPDX-License-Identifier: Apache-2.0 */
/* A request to another service, told in JSON, and what is recognised in it. */
#pragma once

#include <jansson.h>

#include "recognize/recognize.h"

struct asked {
    struct request rq;
    struct recognized op;
    struct recognize_caller caller;
    bool body;
};

/*
 * From {"service", "operation", "protocol", "method", "path", "query", "headers": {name: text or
 * list}, "body" or "json", "told": {ARN: {attribute: text}}, "account", "user"}; without a body
 * none came. The operation is taken from its row. Points into JSON.
 */
struct asked asked_of(struct arena *a, const json_t *json);

/* {"why", "reason"}, or {"permissions": [...]}; a new reference. */
json_t *asked_permissions(struct arena *a, const struct asked *asked);
