/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the service of a service-specific credential is shown: a password, or an API key that has
 * alias and password in it. They are random, so that a plain hash of them can be kept; nothing
 * gives them back.
 */
#pragma once

#include "base/rand.h"
#include "base/str.h"

/* PREFIX is that of the service's API keys; NULL: it has passwords. */
char *service_secret_new(struct arena *a, struct rand *r, const char *prefix, const char *alias);

char *service_secret_hash(struct arena *a, const char *secret); /* SHA-256, in hex */
