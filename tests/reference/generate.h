/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decision lines made up from a number, the same one for the same number on every machine. The
 * words they are made of are few, so that policies and requests meet often; the documents are
 * valid for their kind. Numbers in them are written so that they survive being read and written.
 */
#ifndef TESTS_REFERENCE_GENERATE_H
#define TESTS_REFERENCE_GENERATE_H

#include <jansson.h>
#include <stdint.h>

/* A new line, with the seed as its id. */
json_t *generate_case(uint64_t seed);

#endif
