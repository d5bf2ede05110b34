/* SPDX-License-Identifier: Apache-2.0 */
/* Requests made up from the descriptors of an operation alone. */
#pragma once

#include "shape/api.h"

#define SAMPLE_ACCOUNT "123456789012"
/* Whom requests to assume a role name; nothing else that they name exists. */
#define SAMPLE_ROLE "trusting"

/*
 * The form of a request of OP, which the arena owns, with the members that are required, or with
 * ALL there are. *IN becomes what it is decoded to. Ends the test when the descriptors would not
 * accept it.
 */
const char *sample_form(struct arena *a, const struct api_op *op, bool all, const void **in);
