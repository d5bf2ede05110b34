/* SPDX-License-Identifier: Apache-2.0 */
/* What kinds that are more than a row of a table are shown as. */
#pragma once

#include "iam_api.h"
#include "model/managed.h"

struct use_row;

/* A policy of AWS as the API shows it. USE NULL: the account does not use it. */
struct iam_policy entity_managed(struct arena *a, const struct managed_policy *managed,
                                 const struct use_row *use);
/* The name of an OpenID Connect provider: its URL without the scheme. */
const char *entity_url_name(const char *url);
