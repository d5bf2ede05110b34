/* SPDX-License-Identifier: Apache-2.0 */
/* Roles for what runs on an AWS service: what the endpoints for instances and containers share. */
#pragma once

#include <jansson.h>

#include "server/api/own_call.h"
#include "server/api/pipeline.h"
#include "svc/sts/service_session.h"

/*
 * Credentials by leave of the role's trust policy, as far as the server enforces it. The headers
 * of RESPONSE name the request, under which the decision is explained. ERR_ACCESS_DENIED with the
 * sentence in own->call.message.
 */
int service_role_issue(struct own_call *own, const struct service_session *s,
                       struct response *response, struct sts_credentials **ret) MUST_USE;

/* AccessKeyId, SecretAccessKey, Token and Expiration as members of OBJECT. */
void service_role_describe(json_t *object, const struct sts_credentials *credentials);
