/* SPDX-License-Identifier: Apache-2.0 */
#include "model/reference.h"

#include "model/packed_priv.h"
#include "model/reference_priv.h"

/* Orders like strcmp, A-Z counting as a-z. */
static int compare(struct str a, struct str b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++) {
        int difference = (unsigned char)ascii_lower(a.p[i]) - (unsigned char)ascii_lower(b.p[i]);
        if (difference)
            return difference;
    }
    return (a.n > b.n) - (a.n < b.n);
}

static const struct reference_row *find_row(struct str prefix)
{
    size_t low = 0, high = reference_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct reference_row *row = &reference_rows[middle];
        int order = compare(prefix, str_of(reference_names + row->name));
        if (order == 0)
            return row;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* Whether PREFIX is NAME with something for its star. */
static bool is_tenant(struct str prefix, const char *name)
{
    const char *star = strchr(name, '*');
    if (!star)
        return false;
    size_t before = (size_t)(star - name), behind = strlen(star + 1);
    return prefix.n > before + behind && str_same_fold(prefix.p, name, before) &&
           str_same_fold(prefix.p + prefix.n - behind, star + 1, behind);
}

static const struct reference_row *find_tenant(struct str prefix)
{
    for (size_t i = 0; i < reference_n; i++) {
        if (is_tenant(prefix, reference_names + reference_rows[i].name))
            return &reference_rows[i];
    }
    return NULL;
}

static const struct reference_format *read_formats(struct arena *a, struct str *lines, size_t n)
{
    struct reference_format *v = NEW_ARRAY(a, struct reference_format, n);
    for (size_t i = 0; i < n; i++) {
        v[i].resource = str_cut(lines, '\n');
        v[i].service = str_cut(&v[i].resource, ':');
    }
    return v;
}

const char *reference_access_name(enum reference_access access)
{
    static const char *const names[] = {"list", "read", "write", "permissions", "tagging"};
    return names[access];
}

static enum reference_access access_of(char letter)
{
    static const char letters[] = "LRWPT";
    return (enum reference_access)(strchr(letters, letter) - letters);
}

/* Moves *AT on to the next action. */
static struct reference_label read_label(const char **at)
{
    const char *text = *at;
    struct str name = {text + 2, (unsigned char)text[1]};
    *at = name.p + name.n;
    return (struct reference_label){name, access_of(text[0])};
}

static const char *title_of(const struct reference_row *row)
{
    const char *name = reference_names + row->name;
    return name + strlen(name) + 1;
}

struct reference_labels reference_label(size_t number, struct reference_label *room)
{
    const struct reference_row *row = &reference_rows[number];
    const char *at = reference_actions + row->actions;
    for (size_t i = 0; i < row->n_actions; i++)
        room[i] = read_label(&at);
    return (struct reference_labels){
        .number = number,
        .service = reference_names + row->name,
        .title = title_of(row),
        .actions = room,
        .n_actions = row->n_actions,
    };
}

size_t reference_count(void)
{
    return reference_n;
}

size_t reference_most_actions(void)
{
    size_t most = 0;
    for (size_t i = 0; i < reference_n; i++)
        most = reference_rows[i].n_actions > most ? reference_rows[i].n_actions : most;
    return most;
}

bool reference_number(struct str prefix, size_t *ret)
{
    const struct reference_row *row = find_row(prefix);
    if (row)
        *ret = (size_t)(row - reference_rows);
    return row != NULL;
}

/* LINE: "3 17", the numbers of its formats. */
static struct reference_action read_action(struct arena *a, struct reference_label label,
                                           struct str line)
{
    struct reference_action action = {.name = label.name, .access = label.access};
    size_t most = line.n / 2 + 1;
    uint16_t *formats = NEW_ARRAY(a, uint16_t, line.n ? most : 0);
    while (line.n) {
        int64_t number = 0;
        str_to_int64(str_cut(&line, ' '), &number);
        formats[action.n_formats++] = (uint16_t)number;
    }
    action.formats = formats;
    return action;
}

static const struct reference_action *read_actions(struct arena *a, const struct reference_row *row,
                                                   struct str *lines)
{
    struct reference_action *v = NEW_ARRAY(a, struct reference_action, row->n_actions);
    const char *at = reference_actions + row->actions;
    for (size_t i = 0; i < row->n_actions; i++)
        v[i] = read_action(a, read_label(&at), str_cut(lines, '\n'));
    return v;
}

static enum condition_key_type type_of(char letter)
{
    switch (ascii_lower(letter)) {
    case 'a':
        return CONDITION_KEY_ARN;
    case 'b':
        return CONDITION_KEY_BOOL;
    case 'd':
        return CONDITION_KEY_DATE;
    case 'n':
        return CONDITION_KEY_NUMERIC;
    case 'i':
        return CONDITION_KEY_IP;
    default:
        return CONDITION_KEY_STRING;
    }
}

/* "Saws:tagkeys". Tenants have the keys under their own prefix. */
static const struct condition_key *read_keys(struct arena *a, struct str *lines, size_t n,
                                             struct str prefix)
{
    struct condition_key *v = NEW_ARRAY(a, struct condition_key, n);
    for (size_t i = 0; i < n; i++) {
        struct str line = str_cut(lines, '\n');
        ENSURE(line.p && line.n > 1);
        struct str name = {line.p + 1, line.n - 1}, rest = name;
        struct str own = str_cut(&rest, ':');
        bool tenant = own.p && memchr(own.p, '*', own.n);
        v[i] = (struct condition_key){
            .name = tenant ? arena_printf(a, "%s:%.*s", str_fold(a, prefix), STR_FMT(rest))
                           : str_dup(a, name),
            .type = type_of(line.p[0]),
            .multivalued = line.p[0] != ascii_lower(line.p[0]),
        };
    }
    return v;
}

const char *reference_prefix(size_t number)
{
    return number < reference_n ? reference_names + reference_rows[number].name : NULL;
}

const struct reference_service *reference_load(struct arena *a, struct str prefix)
{
    const struct reference_row *row = find_row(prefix);
    if (!row)
        row = find_tenant(prefix);
    if (!row)
        return NULL;
    struct str packed = {reference_packed + row->packed, row[1].packed - row->packed};
    struct str dictionary = {reference_dictionary, reference_dictionary_n};
    struct str lines = {packed_text(a, packed, dictionary, row->size), row->size};
    struct reference_service *service = NEW(a, struct reference_service);
    *service = (struct reference_service){
        .name = str_of(reference_names + row->name),
        .title = str_of(title_of(row)),
        .n_formats = row->n_formats,
        .n_actions = row->n_actions,
        .n_keys = row->n_keys,
    };
    service->formats = read_formats(a, &lines, row->n_formats);
    service->actions = read_actions(a, row, &lines);
    service->keys = read_keys(a, &lines, row->n_keys, prefix);
    return service;
}

const struct reference_action *reference_action_find(const struct reference_service *service,
                                                     struct str name)
{
    size_t low = 0, high = service->n_actions;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(name, service->actions[middle].name);
        if (order == 0)
            return &service->actions[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct reference_action *reference_action_nearest(const struct reference_service *service,
                                                        struct str name)
{
    const struct reference_action *nearest = NULL;
    size_t least = 3; /* two slips of a finger */
    for (size_t i = 0; i < service->n_actions; i++) {
        size_t distance = str_distance(name, service->actions[i].name);
        if (distance < least) {
            least = distance;
            nearest = &service->actions[i];
        }
    }
    return nearest;
}

static bool is_key(struct str folded, struct str name)
{
    char last = name.p[name.n - 1];
    bool family = last == '/' || last == ':';
    return family ? folded.n > name.n && str_starts(folded, name) : str_eq(folded, name);
}

const struct condition_key *reference_key_find(const struct reference_service *service,
                                               struct str folded)
{
    for (size_t i = 0; i < service->n_keys; i++) {
        if (is_key(folded, str_of(service->keys[i].name)))
            return &service->keys[i];
    }
    return NULL;
}
