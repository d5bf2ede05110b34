/* SPDX-License-Identifier: Apache-2.0 */
#include "model/managed.h"

#include "model/managed_priv.h"
#include "model/packed_priv.h"

size_t managed_count(void)
{
    return managed_n;
}

void managed_at(size_t number, struct managed_policy *ret)
{
    const struct managed_row *row = &managed_rows[number];
    const char *name = managed_texts + row->texts, *path = name + strlen(name) + 1;
    *ret = (struct managed_policy){
        .name = name,
        .path = path,
        .id = path + strlen(path) + 1,
        .version = row->version,
        .created = row->created,
        .updated = row->updated,
        .number = number,
    };
}

static int order(struct str a, struct str b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++) {
        int difference = ascii_lower(a.p[i]) - ascii_lower(b.p[i]);
        if (difference)
            return difference;
    }
    return (a.n > b.n) - (a.n < b.n);
}

size_t managed_behind(struct str after)
{
    size_t low = 0, high = managed_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (order(str_of(managed_texts + managed_rows[middle].texts), after) > 0)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The name is what comes behind the last slash, and there is no other policy of that name. */
bool managed_find(struct str arn, struct managed_policy *ret)
{
    if (!str_starts(arn, STR(MANAGED_ARN_PREFIX "/")))
        return false;
    struct str rest = {arn.p + sizeof MANAGED_ARN_PREFIX - 1,
                       arn.n - sizeof MANAGED_ARN_PREFIX + 1};
    const char *slash = memrchr(rest.p, '/', rest.n);
    struct str path = {rest.p, (size_t)(slash + 1 - rest.p)};
    struct str name = {slash + 1, rest.n - path.n};
    size_t number = managed_behind(name);
    if (number == 0)
        return false;
    struct managed_policy found;
    managed_at(number - 1, &found);
    if (!str_is(name, found.name) || !str_is(path, found.path))
        return false;
    *ret = found;
    return true;
}

char *managed_arn(struct arena *a, const struct managed_policy *policy)
{
    return arena_printf(a, MANAGED_ARN_PREFIX "%s%s", policy->path, policy->name);
}

char *managed_document(struct arena *a, const struct managed_policy *policy)
{
    const struct managed_row *row = &managed_rows[policy->number];
    struct str data = {managed_packed + row->packed, row[1].packed - row->packed};
    struct str dictionary = {managed_dictionary, managed_dictionary_n};
    return packed_text(a, data, dictionary, row->size);
}
