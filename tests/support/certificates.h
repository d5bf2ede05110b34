/* SPDX-License-Identifier: Apache-2.0 */
/* The certificates and keys of tests/certificates, and texts made of them. */
#pragma once

#include "base/str.h"

/* The text of a file, "server.pem". */
const char *certificate_text(struct arena *a, const char *name);
