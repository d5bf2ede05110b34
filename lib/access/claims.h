/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the token of an identity provider says about its bearer, once it was verified. All of it
 * belongs to the arena of the call.
 */
#pragma once

#include "access/session.h"
#include "authz/context.h"
#include "shape/shape.h"

struct claims {
    const char *provider; /* ARN of the identity provider in IAM, or the domain of a known one */
    const char *subject, *audience;
    const struct authz_key_value *keys; /* condition keys that the provider brings */
    size_t n_keys;
    const struct session_tag *tags;
    size_t n_tags;
    struct str_list transitive;  /* keys of tags that go on to the next role, as the token has it */
    const char *source_identity; /* NULL: none */
};
