/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sources: where in the request a value is. Each alternative is looked up, what it finds is
 * transformed, and joined with what belongs to it; the first one that is there counts, of a list
 * for each element. Work is linear in the values found.
 */
#include "recognize/reading_priv.h"

struct source_known {
    uint32_t source;
    struct found found;
    struct source_known *next;
};

const struct request_step *source_step(uint32_t source)
{
    return &request_steps[request_sources[source].steps];
}

static struct found found_one(struct reading *r, struct str text)
{
    struct value *value = NEW(r->arena, struct value);
    value->text = text;
    return (struct found){.v = value, .n = text.p != NULL, .any = text.p != NULL};
}

/* --- the path and the query string */

static enum recognize_why decode(struct reading *r, struct str raw, bool plus_is_blank,
                                 struct str *ret)
{
    struct str text = raw;
    bool escaped = memchr(raw.p, '%', raw.n) || (plus_is_blank && memchr(raw.p, '+', raw.n));
    if (escaped) {
        struct buf b = buf_new(r->arena, raw.n);
        if (!buf_pct_decode(&b, raw, plus_is_blank))
            return reading_fail(r, RECOGNIZE_MALFORMED, "A percent-encoding is malformed.");
        text = buf_str(&b);
    }
    if (!str_is_utf8(text))
        return reading_fail(r, RECOGNIZE_MALFORMED, "The path or the query string is no UTF-8.");
    *ret = text.p ? text : STR("");
    return RECOGNIZED;
}

/* A text without its first N parts, which end with a slash. */
static struct str skip_parts(struct str path, size_t n)
{
    for (; n && path.p; n--)
        str_cut(&path, '/');
    return path;
}

/* How much of PATH stands in front of its last N parts. */
static struct str without_last(struct str path, size_t n)
{
    for (; n && path.n; path.n--)
        n -= path.p[path.n - 1] == '/';
    return path;
}

static enum recognize_why find_label(struct reading *r, const struct request_step *step,
                                     struct found *ret)
{
    struct str path = r->op->path;
    if (path.n && path.p[0] == '/')
        path = (struct str){path.p + 1, path.n - 1};
    path = skip_parts(path, step->part);
    struct str raw = step->greedy ? without_last(path, step->behind) : str_cut(&path, '/');
    struct str text = {NULL, 0};
    if (raw.n)
        READ(decode(r, raw, false, &text));
    *ret = found_one(r, text);
    return RECOGNIZED;
}

/* Characters that nobody has to encode, and who does so writes the same path in another way. */
static bool is_plain(unsigned char c)
{
    return ascii_is_alnum((char)c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static int hex_digit(char c)
{
    char lower = ascii_lower(c);
    if (ascii_is_digit(c))
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The path as it was sent is the resource: two spellings of one path would be two resources. */
static enum recognize_why find_path(struct reading *r, struct found *ret)
{
    struct str path = r->op->path;
    if (!str_is_ascii(path, ' '))
        return reading_fail(r, RECOGNIZE_MALFORMED, "The path is no ASCII text.");
    for (size_t i = 0; i < path.n; i++) {
        if (path.p[i] != '%')
            continue;
        int high = i + 2 < path.n ? hex_digit(path.p[i + 1]) : -1;
        int low = i + 2 < path.n ? hex_digit(path.p[i + 2]) : -1;
        if (high < 0 || low < 0)
            return reading_fail(r, RECOGNIZE_MALFORMED, "A percent-encoding is malformed.");
        if (is_plain((unsigned char)(16 * high + low)))
            return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                                "The path has characters encoded that need no encoding.");
    }
    *ret = found_one(r, path);
    return RECOGNIZED;
}

static enum recognize_why same_name(struct reading *r, struct str raw, struct str name, bool *ret)
{
    struct str decoded = raw;
    *ret = false;
    if (raw.n && memchr(raw.p, '%', raw.n))
        READ(decode(r, raw, true, &decoded));
    if (!str_eq_fold(decoded, name))
        return RECOGNIZED;
    *ret = str_eq(decoded, name);
    return *ret ? RECOGNIZED
                : reading_fail(r, RECOGNIZE_AMBIGUOUS, "A parameter is in another letter case.");
}

static enum recognize_why find_parameters(struct reading *r, struct str name, struct found *ret)
{
    struct str rest = r->rq->query;
    struct value *values = NULL;
    *ret = (struct found){.n = 0};
    while (rest.p) {
        struct str value = str_cut(&rest, '&'), key = str_cut(&value, '=');
        bool same;
        READ(same_name(r, key, name, &same));
        if (!same)
            continue;
        if (ret->n == MEMBERS_MAX)
            return reading_fail(r, RECOGNIZE_TOO_MANY, "A parameter is there too often.");
        values =
            arena_grow(r->arena, values, ret->n * sizeof *values, (ret->n + 1) * sizeof *values);
        values[ret->n] = (struct value){.at = {(uint32_t)ret->n}, .n_at = 1};
        READ(decode(r, value.p ? value : STR(""), true, &values[ret->n].text));
        ret->n++;
    }
    ret->v = values;
    ret->list = name;
    ret->any = ret->n != 0;
    return RECOGNIZED;
}

static enum recognize_why find_parameter(struct reading *r, struct str name, struct found *ret)
{
    READ(find_parameters(r, name, ret));
    if (ret->n == 1)
        *ret = found_one(r, ret->v->text);
    return RECOGNIZED;
}

/* --- headers, host and body */

static enum recognize_why find_header(struct reading *r, struct str name, struct found *ret)
{
    struct str text = {NULL, 0};
    bool of_length = r->header_lengths >> name.n % LENGTHS & 1;
    for (size_t i = 0; i < r->rq->n_headers && of_length; i++) {
        const struct request_header *header = &r->rq->headers[i];
        if (!str_eq_fold(header->name, name))
            continue;
        if (text.p && !str_eq(text, header->value))
            return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                                "A header that counts is there with two values.");
        text = header->value.p ? header->value : STR("");
    }
    if (text.p && !str_is_utf8(text))
        return reading_fail(r, RECOGNIZE_MALFORMED, "A header is no UTF-8.");
    *ret = found_one(r, text);
    return RECOGNIZED;
}

/* S3 takes headers of its own out of presigned URLs, too, where the SDK for JavaScript puts them.
   AWS undocumented: what both at once would mean. */
static enum recognize_why find_amz_header(struct reading *r, struct str name, struct found *ret)
{
    struct str rest = r->rq->query;
    READ(find_header(r, name, ret));
    while (rest.n) {
        struct str value = str_cut(&rest, '&'), key = str_cut(&value, '=');
        if (memchr(key.p, '%', key.n))
            READ(decode(r, key, true, &key));
        if (!str_eq_fold(key, name))
            continue;
        if (ret->n)
            return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                                "A header that counts is in the query string, too.");
        READ(decode(r, value.p ? value : STR(""), true, &value));
        *ret = found_one(r, value);
    }
    return RECOGNIZED;
}

static enum recognize_why find_any_header(struct reading *r, struct str name, struct found *ret)
{
    bool amz = (r->service->flags & REQUEST_VIRTUAL_HOST) && r->rq->query.n &&
               str_starts(name, STR("x-amz-"));
    return amz ? find_amz_header(r, name, ret) : find_header(r, name, ret);
}

static enum recognize_why find_host(struct reading *r, struct found *ret)
{
    READ(find_header(r, STR("host"), ret));
    if (ret->n == 0)
        return RECOGNIZED;
    struct str host = ret->v->text, label = str_cut(&host, '.');
    label = str_cut(&label, ':');
    *ret = found_one(r, str_of(str_fold(r->arena, label)));
    return RECOGNIZED;
}

enum recognize_why source_members(struct reading *r, struct str path, struct member_list *ret)
{
    enum recognize_why why = members_find(r->members, path, ret);
    if (why != RECOGNIZED)
        r->reason = members_reason(r->members);
    return why;
}

static size_t list_end(struct str path)
{
    for (size_t i = 0; i < path.n; i++) {
        if (path.p[i] == '#' || path.p[i] == '@' || path.p[i] == '*')
            return i;
    }
    return path.n;
}

static struct value of_member(const struct member *member)
{
    struct value value = {.text = member->value, .n_at = member->n_at};
    memcpy(value.at, member->at, sizeof value.at);
    if (member->inner)
        value.text = (struct str){NULL, 0};
    return value;
}

/* Both are in the order of the lists. Elements that no value is of get one without text. */
static struct found with_elements(struct reading *r, const struct member_list *values,
                                  const struct member_list *elements)
{
    struct value *v = NEW_ARRAY(r->arena, struct value, values->n + elements->n);
    struct found found = {.v = v, .any = values->n != 0};
    size_t element = 0;
    for (size_t i = 0; i < values->n; i++) {
        const struct member *value = &values->v[i];
        for (; element < elements->n && elements->v[element].at[0] <= value->at[0]; element++) {
            if (elements->v[element].at[0] < value->at[0])
                v[found.n++] = (struct value){.at = {elements->v[element].at[0]}, .n_at = 1};
        }
        v[found.n++] = of_member(value);
    }
    for (; element < elements->n; element++)
        v[found.n++] = (struct value){.at = {elements->v[element].at[0]}, .n_at = 1};
    return found;
}

enum recognize_why source_path(struct reading *r, struct str path, struct found *ret)
{
    struct member_list values, elements = {NULL, 0};
    size_t end = list_end(path);
    READ(source_members(r, path, &values));
    if (end + 1 < path.n)
        READ(source_members(r, (struct str){path.p, end + 1}, &elements));
    *ret = with_elements(r, &values, &elements);
    if (end < path.n)
        ret->list = (struct str){path.p, end};
    return RECOGNIZED;
}

/* --- steps */

static enum recognize_why find_raw(struct reading *r, const struct request_step *step,
                                   struct found *ret)
{
    struct str name = str_of(request_text(step->name));
    switch ((enum request_from)step->from) {
    case REQUEST_FROM_URI:
        return find_label(r, step, ret);
    case REQUEST_FROM_QUERY:
        return find_parameter(r, name, ret);
    case REQUEST_FROM_HEADER:
        return find_any_header(r, name, ret);
    case REQUEST_FROM_BODY:
        return source_path(r, name, ret);
    case REQUEST_FROM_PATH:
        return find_path(r, ret);
    case REQUEST_FROM_HOST:
        return find_host(r, ret);
    case REQUEST_FROM_METHOD:
        *ret = found_one(r, r->rq->method);
        return RECOGNIZED;
    case REQUEST_FROM_REGION:
        *ret = found_one(r, r->caller->region);
        return RECOGNIZED;
    case REQUEST_FROM_TEXT:
        *ret = found_one(r, name);
        return RECOGNIZED;
    case REQUEST_FROM_COMPUTED:
        break;
    }
    *ret = (struct found){.n = 0};
    return RECOGNIZED;
}

static enum recognize_why find_step(struct reading *r, const struct request_step *step,
                                    struct found *ret)
{
    struct found raw;
    READ(find_raw(r, step, &raw));
    *ret = raw;
    if (step->transform[0] == REQUEST_AS_IS || raw.n == 0)
        return RECOGNIZED;
    struct value *v = arena_alloc(r->arena, raw.n * sizeof *v);
    memcpy(v, raw.v, raw.n * sizeof *v);
    ret->any = false;
    for (size_t i = 0; i < raw.n; i++) {
        if (v[i].text.p)
            READ(transform_apply(r, step, &v[i]));
        ret->any |= v[i].text.p != NULL;
    }
    ret->v = v;
    return RECOGNIZED;
}

static struct value first_of(const struct found *found)
{
    return found->n ? found->v[0] : (struct value){.n_at = 0};
}

/* FROM, and what is joined with it: texts that the tables have beside single values. */
static enum recognize_why find_joined(struct reading *r, const struct request_step *from,
                                      const struct request_step *end, struct found *ret)
{
    struct value sum = {.n_at = 0};
    bool any = true, told = false;
    for (const struct request_step *step = from; step < end; step++) {
        struct found part;
        READ(find_step(r, step, &part));
        const struct value value = first_of(&part);
        bool text = step->from == REQUEST_FROM_TEXT;
        any &= text;
        told |= !text && value.text.n;
        if (step->from == REQUEST_FROM_QUERY && from->transform[0] == REQUEST_FN)
            READ(transform_qualify(r, sum.text, value.text, &sum.text));
        else
            sum.text = text_concat(r, sum.text, value.text);
        if (value.origin.p)
            sum.origin = value.origin;
    }
    *ret = found_one(r, any || told ? sum.text : (struct str){NULL, 0});
    ret->v->origin = sum.origin;
    return RECOGNIZED;
}

/* What a later alternative finds for elements that the first has nothing for. */
static void add_missing(struct found *found, const struct found *other)
{
    struct value *v = found->v;
    size_t at = 0;
    for (size_t i = 0; i < found->n; i++) {
        while (at < other->n && other->v[at].at[0] < v[i].at[0])
            at++;
        if (!v[i].text.p && at < other->n && value_is_at(&other->v[at], v[i].at, 1))
            v[i] = other->v[at];
    }
}

static bool is_or_none(struct str field, struct str own)
{
    return field.n == 0 || str_eq(field, own);
}

/* Whether TEXT is NAME, or an ARN that ends with it, of the caller's account and region. */
static bool is_named(const struct reading *r, struct str text, struct str name)
{
    struct arn arn;
    if (str_eq(text, name))
        return true;
    if (name.n == 0 || text.n <= name.n || !arn_parse(text, &arn))
        return false;
    struct str end = {text.p + text.n - name.n, name.n};
    char before = text.p[text.n - name.n - 1];
    return str_eq(end, name) && (before == '/' || before == ':') &&
           is_or_none(arn.account, r->caller->account) && is_or_none(arn.region, r->caller->region);
}

static bool is_arn_member(const struct request_step *step)
{
    struct str name = str_of(request_text(step->name));
    return name.n >= 3 && str_same_fold(name.p + name.n - 3, "arn", 3);
}

/* Of a thing that is told twice, by its name and its ARN or by itself and in a list, AWS takes no
   two; back ends may take either. */
static bool contradicts(const struct reading *r, const struct found *first,
                        const struct found *other, const struct request_step *step)
{
    if (!first->any || !other->any)
        return false;
    if (other->list.n)
        return !str_eq(first->list, other->list);
    return is_arn_member(step) && first->n && other->n && first->v->text.p &&
           !is_named(r, other->v->text, first->v->text);
}

static enum recognize_why find_alternatives(struct reading *r, const struct request_source *source,
                                            struct found *ret)
{
    const struct request_step *step = &request_steps[source->steps], *end = step + source->n;
    *ret = (struct found){.n = 0};
    while (step < end) {
        const struct request_step *next = step + 1;
        struct found found;
        while (next < end && next->joined)
            next++;
        if (next == step + 1)
            READ(find_step(r, step, &found));
        else
            READ(find_joined(r, step, next, &found));
        if (contradicts(r, ret, &found, step))
            return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                                "The request names one thing in two ways that differ.");
        if (!ret->any && (found.any || ret->n == 0))
            *ret = found;
        else if (found.n && ret->list.n && str_eq(ret->list, found.list))
            add_missing(ret, &found);
        step = next;
    }
    return RECOGNIZED;
}

static void fall_back(struct reading *r, struct str text, struct found *found)
{
    if (str_is(text, "@self"))
        text = r->caller->user;
    if (found->n == 0) {
        *found = found_one(r, text);
        return;
    }
    struct value *v = arena_alloc(r->arena, found->n * sizeof *v);
    memcpy(v, found->v, found->n * sizeof *v);
    for (size_t i = 0; i < found->n; i++) {
        if (v[i].text.n == 0)
            v[i].text = text;
    }
    found->v = v;
    found->any = text.p != NULL;
}

enum recognize_why source_find(struct reading *r, uint32_t source, const struct found **ret)
{
    struct source_known **bucket = &r->known[source % SOURCE_BUCKETS];
    for (struct source_known *known = *bucket; known; known = known->next) {
        if (known->source == source) {
            *ret = &known->found;
            return RECOGNIZED;
        }
    }
    const struct request_source *row = &request_sources[source];
    struct source_known *known = NEW(r->arena, struct source_known);
    known->source = source;
    READ(find_alternatives(r, row, &known->found));
    if (row->falls_back)
        fall_back(r, str_of(request_text(row->fallback)), &known->found);
    known->next = *bucket;
    *bucket = known;
    *ret = &known->found;
    return RECOGNIZED;
}
