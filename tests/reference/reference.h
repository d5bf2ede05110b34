/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second evaluator, written from AWS's pages on policy evaluation alone, to be compared with the
 * real one. It reads the documents anew for each question, compiles nothing and takes no short
 * cuts; where the two disagree, one of them is wrong. Nothing of lib/ is used.
 *
 * It expects documents that are valid for their kind, and evaluates no others in a sensible way.
 */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include <jansson.h>

/*
 * Decides a decision line, whose documents stand in it. The result is the caller's:
 *   {"decision": "Allow", "layer": "identity", "policy": "identity[0]", "statement": 0}
 * policy and statement are null where no statement decided.
 */
json_t *reference_decide(json_t *line);

#endif
