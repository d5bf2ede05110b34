/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters and headers by which operations of the same path are told apart. */
#include "recognize/find_priv.h"
#include "shape/form.h"

/* The needs of a service that are called the same: bits FIRST to END - 1. */
struct named {
    const struct request_need *needs;
    uint32_t first, end;
};

static const char *name_of(const struct named *named, uint32_t at)
{
    return request_text(named->needs[at].name);
}

/* Orders as the generator does. */
static int compare(struct str name, const char *other)
{
    size_t n = strlen(other);
    int order = memcmp(name.p, other, name.n < n ? name.n : n);
    return order ? order : (name.n > n) - (name.n < n);
}

static bool find_named(const struct request_service *service, struct str name, struct named *ret)
{
    *ret = (struct named){.needs = request_needs + service->needs};
    uint32_t end = service->n_needs;
    while (ret->first < end) {
        uint32_t middle = (ret->first + end) / 2;
        if (compare(name, name_of(ret, middle)) > 0)
            ret->first = middle + 1;
        else
            end = middle;
    }
    ret->end = ret->first;
    while (ret->end < service->n_needs && compare(name, name_of(ret, ret->end)) == 0)
        ret->end++;
    return ret->end > ret->first;
}

static enum recognize_why twofold(struct find *find, const char *reason)
{
    find->reason = reason;
    return RECOGNIZE_AMBIGUOUS;
}

/* Marks the needs of a parameter that is there once. */
static enum recognize_why meet(struct find *find, const struct request_service *service,
                               const struct named *named, struct str value, struct needs_met *ret)
{
    for (uint32_t i = named->first; i < named->end; i++) {
        const struct request_need *need = &named->needs[i];
        uint64_t bit = UINT64_C(1) << i;
        if (need->from != REQUEST_FROM_QUERY)
            continue;
        if ((ret->named & bit) && !need->list)
            return twofold(find, "A parameter that tells the operation is there more than once.");
        ret->named |= bit;
        if (value.n == 0 && !need->value && !(service->flags_needed & bit))
            return twofold(find, "A parameter that tells the operation is empty.");
        if (!need->value || str_is(value, request_text(need->value)))
            ret->met |= bit;
    }
    return RECOGNIZED;
}

/* Servers may take these of a presigned URL for the headers that they are called like. */
static bool is_header_needed(const struct request_service *service, struct str name)
{
    if (name.n < 6 || !str_same_fold(name.p, "x-amz-", 6))
        return false;
    for (uint32_t i = 0; i < service->n_needs; i++) {
        const struct request_need *need = &request_needs[service->needs + i];
        if (need->from == REQUEST_FROM_HEADER &&
            str_eq_fold(name, str_of(request_text(need->name))))
            return true;
    }
    return false;
}

static enum recognize_why meet_query(struct find *find, const struct request_service *service,
                                     struct needs_met *ret)
{
    struct str rest = find->rq->query;
    while (rest.n) {
        struct str value = str_cut(&rest, '&');
        struct str name = str_cut(&value, '=');
        struct named named;
        if (form_decode(find->arena, name, &name) || form_decode(find->arena, value, &value)) {
            find->reason = "The query string is no percent-encoded UTF-8.";
            return RECOGNIZE_MALFORMED;
        }
        if (is_header_needed(service, name))
            return twofold(find, "A header that tells the operation is in the query string.");
        if (name.n == 0 || !find_named(service, name, &named))
            continue;
        enum recognize_why why = meet(find, service, &named, value, ret);
        if (why)
            return why;
    }
    return RECOGNIZED;
}

static struct str without_parameters(struct str value)
{
    return str_trim(str_cut(&value, ';'));
}

static enum recognize_why meet_header(struct find *find, const struct request_need *need,
                                      uint64_t bit, struct needs_met *ret)
{
    struct str name = str_of(request_text(need->name));
    for (size_t i = 0; i < find->rq->n_headers; i++) {
        const struct request_header *header = &find->rq->headers[i];
        if (!str_eq_fold(header->name, name))
            continue;
        struct str value = without_parameters(header->value);
        if ((ret->named & bit) && !need->list)
            return twofold(find, "A header that tells the operation is there more than once.");
        ret->named |= bit;
        if (value.n == 0)
            return twofold(find, "A header that tells the operation is empty.");
        if (!need->value || str_eq_fold(value, str_of(request_text(need->value))))
            ret->met |= bit;
    }
    return RECOGNIZED;
}

enum recognize_why needs_meet(struct find *find, const struct request_service *service,
                              struct needs_met *ret)
{
    struct str query = find->rq->query;
    *ret = (struct needs_met){0};
    if (query.n && memchr(query.p, ';', query.n) && !find_has(service, REQUEST_DATA_PLANE))
        return twofold(find, "Some take ';' between parameters for a separator.");
    if (service->n_needs == 0)
        return RECOGNIZED;
    for (uint32_t i = 0; i < service->n_needs; i++) {
        const struct request_need *need = &request_needs[service->needs + i];
        if (need->from != REQUEST_FROM_HEADER)
            continue;
        enum recognize_why why = meet_header(find, need, UINT64_C(1) << i, ret);
        if (why)
            return why;
    }
    return meet_query(find, service, ret);
}
