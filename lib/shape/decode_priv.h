/* SPDX-License-Identifier: Apache-2.0 */
/* What the decoders of forms and of JSON share. */
#pragma once

#include "base/instant.h"
#include "shape/decode.h"

struct decoder {
    struct arena *arena;
    const char *message; /* of ERR_MALFORMED_INPUT and ERR_SERIALIZATION; NULL: AWS has none */
};

/* The value that a time of FIELD has; false beyond the years that answers can print. */
bool shape_time(const struct shape_field *field, const struct instant *instant, int64_t *ret);

/* A text that FIELD takes: in lower case, if it is folded. */
const char *decode_string(struct decoder *d, const struct shape_field *field, struct str text);

/* Fills one member of the struct at V from a text, a list or a struct as forms have them. NODE
   NULL: from its default, if it has one. */
int decode_field(struct decoder *d, const struct shape_field *field, const struct node *node,
                 unsigned char *v) MUST_USE;
