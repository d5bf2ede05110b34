/* SPDX-License-Identifier: Apache-2.0 */
/* What a refusal says, before it is in the form of a protocol. */
#pragma once

#include "guard/guard_priv.h"

/* How clients tell services apart, as far as they answer differently. */
enum refusal_form {
    REFUSAL_QUERY,
    REFUSAL_EC2,
    REFUSAL_S3,
    REFUSAL_JSON,
    REFUSAL_CBOR,
    REFUSAL_REST_JSON,
    REFUSAL_REST_XML,
};

struct refusal {
    enum refusal_form form;
    struct recognize_denial denial; /* zeroed where the service is not known */
    int status;
    const char *code;       /* "AccessDenied" */
    const char *type;       /* __type of JSON: the code, perhaps with a namespace */
    const char *query_code; /* of the Query protocol, for those who spoke it */
    const char *message;
};

/* Code, status and words of the failure; form and denial are there. */
void refusal_tell(const struct guard_answer *answer, struct refusal *ret);
