/* SPDX-License-Identifier: Apache-2.0 */
/* Requests from their text, as files and fuzzers have them. */
#pragma once

#include "call/request.h"

/*
 * Reads "METHOD TARGET VERSION", headers, an empty line and the body; lines end in LF or CRLF.
 * Continued headers keep their line ends. The request points into TEXT and the arena. Returns NULL
 * when the first line has no target.
 */
struct request *wire_request(struct arena *a, struct str text);
