/* SPDX-License-Identifier: Apache-2.0 */
#include "dice.h"

static uint64_t next(struct dice *d)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

size_t dice_roll(struct dice *d, size_t n)
{
    return n ? (size_t)(next(d) % n) : 0;
}

bool dice_chance(struct dice *d, unsigned percent)
{
    return dice_roll(d, 100) < percent;
}

const char *dice_word(struct dice *d, const char *const *words)
{
    size_t n = 0;
    while (words[n])
        n++;
    return words[dice_roll(d, n)];
}
