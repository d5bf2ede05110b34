/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/naive.h"

#include <stdlib.h>

static bool starts_character(struct str text, size_t at)
{
    return at >= text.n || ((unsigned char)text.p[at] & 0xc0) != 0x80;
}

/* PLACES[i]: what came before can end in front of byte i. */
static void pass_star(bool *places, struct str text, bool colons)
{
    for (size_t i = 0; i < text.n; i++)
        places[i + 1] |= places[i] && (colons || text.p[i] != ':');
}

static void pass_one(bool *places, struct str text, bool colons)
{
    bool moving = false;
    for (size_t i = 0; i <= text.n; i++) {
        bool here = places[i];
        places[i] = moving && starts_character(text, i);
        moving = (moving && !starts_character(text, i)) ||
                 (here && i < text.n && (colons || text.p[i] != ':'));
    }
}

static void pass_letter(bool *places, struct str text, size_t folded, char c)
{
    bool before = false;
    for (size_t i = 0; i <= text.n; i++) {
        bool here = places[i];
        places[i] = before;
        char other = i < text.n ? text.p[i] : '\0';
        bool same = i < folded ? ascii_lower(other) == ascii_lower(c) : other == c;
        before = here && i < text.n && same;
    }
}

static bool matches(struct str pattern, struct str text, size_t folded, bool arn)
{
    bool *places = calloc(text.n + 1, sizeof *places);
    size_t colons = 0;
    places[0] = true;
    for (size_t i = 0; i < pattern.n; i++) {
        char c = pattern.p[i];
        bool open = !arn || colons >= 4;
        bool last = i + 1 == pattern.n || pattern.p[i + 1] == ':';
        if (c == '*')
            pass_star(places, text, open || last);
        else if (c == '?')
            pass_one(places, text, open);
        else
            pass_letter(places, text, folded, c);
        colons += c == ':';
    }
    bool end = places[text.n];
    free(places);
    return end;
}

bool naive_matches(struct str pattern, struct str text, size_t folded)
{
    return matches(pattern, text, folded, false);
}

bool naive_arn_matches(struct str pattern, struct str text, size_t folded)
{
    return matches(pattern, text, folded, true);
}
