/* SPDX-License-Identifier: Apache-2.0 */
#include "model/condition_key.h"

enum { NAME_SIZE = 64 }; /* none is longer */

#define ROW(symbol, name, type, list) {name, CONDITION_KEY_##type, list},
static const struct condition_key keys[] = {CONDITION_KEYS(ROW)};
#undef ROW

#define LENGTH(symbol, name, type, list) sizeof(name) - 1,
static const unsigned char lengths[] = {CONDITION_KEYS(LENGTH)};
#undef LENGTH

/* Up to the slash of a family; all of any other name. */
static struct str without_tag(struct str name)
{
    const char *slash = name.n ? memchr(name.p, '/', name.n) : NULL;
    return slash ? (struct str){name.p, (size_t)(slash - name.p) + 1} : name;
}

const struct condition_key *condition_key_find(struct str folded)
{
    struct str name = without_tag(folded);
    if (name.n >= NAME_SIZE || (name.n == folded.n && name.n && name.p[name.n - 1] == '/'))
        return NULL; /* or a family without a tag */
    const unsigned char *at = lengths, *end = lengths + sizeof lengths;
    for (; (at = memchr(at, (int)name.n, (size_t)(end - at))); at++) {
        const struct condition_key *key = &keys[at - lengths];
        if (str_same_fold(name.p, key->name, name.n))
            return key;
    }
    return NULL;
}

enum condition_key_id condition_key_id(const struct condition_key *key)
{
    return (enum condition_key_id)(key - keys);
}

const char *condition_key_name(enum condition_key_id id)
{
    return keys[id].name;
}

const struct condition_key *condition_key_nearest(struct str folded)
{
    const struct condition_key *nearest = NULL;
    size_t least = 3; /* two slips of a finger */
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        char name[NAME_SIZE];
        size_t n = 0;
        for (; n < NAME_SIZE && keys[i].name[n]; n++)
            name[n] = ascii_lower(keys[i].name[n]);
        size_t distance = str_distance(without_tag(folded), (struct str){name, n});
        if (distance < least) {
            least = distance;
            nearest = &keys[i];
        }
    }
    return nearest;
}
