/* SPDX-License-Identifier: Apache-2.0 */
/* Condition keys of trust policies that attributes of SAML assertions fill (IAM User Guide,
   "Mapping SAML attributes to AWS trust policy context keys"). */
#pragma once

#include "authz/context.h"
#include "federation/federation.h"

/* OWN and one for each attribute that has a key; of several attributes with one key the first. */
const struct authz_key_value *saml_keys(struct arena *a, const struct authz_key_value *own,
                                        size_t n_own, const struct saml_assertion *facts,
                                        size_t *ret_n);
