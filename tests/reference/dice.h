/* SPDX-License-Identifier: Apache-2.0 */
/* Pseudo-random choices that repeat exactly: splitmix64. */
#ifndef TESTS_REFERENCE_DICE_H
#define TESTS_REFERENCE_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

/* 0 to N - 1; 0 when N is 0 */
size_t dice_roll(struct dice *d, size_t n);
/* True PERCENT times of a hundred. */
bool dice_chance(struct dice *d, unsigned percent);
/* One of a list that ends with NULL. */
const char *dice_word(struct dice *d, const char *const *words);

#endif
