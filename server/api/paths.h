/* SPDX-License-Identifier: Apache-2.0 */
/* What protocols share that go by paths. */
#pragma once

#include "server/api/protocol.h"

/* JSON that was written in one line, indented and in ASCII, with a newline at its end. */
struct str paths_indented(struct arena *a, struct str json);

/* The methods that the path of the call has, as the header Allow wants them; NULL: none. */
const char *paths_methods(const struct call *c, const struct api_service *service);
/* " METHOD PATH" of all endpoints, with commas between them. */
const char *paths_list(struct arena *a, const struct api_service *service);

int paths_decode(struct call *c, const struct exchange *x, void *in);
/* An answer for people to read, JSON or not, that nobody may keep. */
void paths_result(struct call *c, const struct exchange *x, const void *out, struct response *ret);
