/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ARNs out of the templates of the tables. A value is text of an ARN, whatever its characters are;
 * "*" stands only for what nobody has told.
 */
#include "recognize/reading_priv.h"

const char *template_of(const struct reading *r, struct str type)
{
    const struct request_type *types = &request_types[r->service->types];
    for (size_t i = 0; i < r->service->n_types; i++) {
        if (str_is(type, request_text(types[i].name)))
            return request_text(types[i].arn);
    }
    return NULL;
}

/* The next placeholder of a template: *BEFORE is the text in front of it. False: there is none, and
 *BEFORE is the rest. */
static bool next_placeholder(struct str *rest, struct str *ret_before, struct str *ret_name)
{
    *ret_before = str_cut(rest, '{');
    if (!rest->p)
        return false;
    *ret_name = str_cut(rest, '}');
    return true;
}

static const struct filling *filling_of(struct str name, bool last, const struct filling *fillings,
                                        size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(fillings[i].placeholder, name) || (last && fillings[i].placeholder.n == 0))
            return &fillings[i];
    }
    return NULL;
}

/* Text right before a placeholder is not repeated: "p-{PolicyId}" and p-abc. */
static struct str without_repeated(struct str before, struct str text)
{
    size_t at = before.n;
    while (at && before.p[at - 1] != ':' && before.p[at - 1] != '/')
        at--;
    struct str repeated = {before.p + at, before.n - at};
    if (at && repeated.n && str_starts(text, repeated))
        return (struct str){text.p + repeated.n, text.n - repeated.n};
    return text;
}

static struct str field_or(struct str told, struct str own)
{
    if (told.n)
        return told;
    return own.n ? own : STR("*");
}

struct str template_fill(struct reading *r, const char *arn, const struct filling *fillings,
                         size_t n, struct str origin)
{
    struct arn own, from = {.resource = {NULL, 0}};
    const struct recognize_caller *caller = r->caller;
    if (origin.p && (!arn_parse(origin, &from) || !arn_parse(str_of(arn), &own) ||
                     !str_eq(own.service, from.service)))
        from = (struct arn){.resource = {NULL, 0}};
    struct buf b = buf_new(r->arena, 160);
    struct str rest = str_of(arn), before, name;
    while (next_placeholder(&rest, &before, &name)) {
        buf_add(&b, before);
        if (str_is(name, "p")) {
            buf_add(&b, field_or(from.partition, str_of(caller->partition)));
        } else if (str_is(name, "r")) {
            buf_add(&b, field_or(from.region, caller->region));
        } else if (str_is(name, "a")) {
            buf_add(&b, field_or(from.account, caller->account));
        } else {
            bool last = rest.n == 0 || !memchr(rest.p, '{', rest.n);
            const struct filling *filling = filling_of(name, last, fillings, n);
            bool named = filling && filling->text.p;
            struct str text = named ? filling->text : STR("*");
            r->unnamed |= !named;
            buf_add(&b, without_repeated(before, text));
        }
    }
    buf_add(&b, before);
    return buf_str(&b);
}

/* Whether RESOURCE has the text of the template around its placeholders. */
static bool resource_fits(struct str template, struct str resource)
{
    struct str before, name;
    bool first = true, more;
    do {
        more = next_placeholder(&template, &before, &name);
        const char *at = first      ? (str_starts(resource, before) ? resource.p : NULL)
                         : before.n ? memmem(resource.p, resource.n, before.p, before.n)
                                    : resource.p;
        if (!at || (!first && before.n && at == resource.p))
            return false;
        if (!more && before.n)
            return first ? resource.n == before.n
                         : resource.n >= before.n &&
                               memcmp(resource.p + resource.n - before.n, before.p, before.n) == 0;
        size_t skipped = (size_t)(at - resource.p) + before.n;
        resource = (struct str){resource.p + skipped, resource.n - skipped};
        first = false;
    } while (more);
    return true;
}

/* The service and the resource of a template; it begins with "arn:{p}:". */
static void template_parts(const char *arn, struct str *ret_service, struct str *ret_resource)
{
    struct str rest = str_of(arn + 8);
    *ret_service = str_cut(&rest, ':');
    str_cut(&rest, ':');
    str_cut(&rest, ':');
    *ret_resource = rest;
}

static bool parsed_fits(const char *template, const struct arn *arn)
{
    struct str service, resource;
    template_parts(template, &service, &resource);
    return str_eq(service, arn->service) && arn->resource.n &&
           resource_fits(resource, arn->resource);
}

bool template_fits(const char *arn, struct str text)
{
    struct arn of;
    return str_starts(text, STR("arn:")) && arn_parse(text, &of) && parsed_fits(arn, &of);
}

const char *type_of_arn(const struct reading *r, struct str text)
{
    const struct request_type *types = &request_types[r->service->types];
    struct arn of;
    if (!arn_parse(text, &of))
        return NULL;
    for (size_t i = 0; i < r->service->n_types; i++) {
        if (parsed_fits(request_text(types[i].arn), &of))
            return request_text(types[i].name);
    }
    return NULL;
}

/*
 * Amazon S3 User Guide, "Configuring IAM policies for using access points": ARN of the access point
 * for what is about a bucket, ARN/object/KEY for an object. Buckets have no other ARN that could be
 * their name, and keys may be any text, also that of an ARN.
 */
static bool is_s3(const char *arn)
{
    return strncmp(arn, "arn:{p}:s3:::{", 14) == 0;
}

static struct str s3_resource(struct reading *r, const char *arn, const struct filling *fillings,
                              size_t n)
{
    struct str bucket = n ? fillings[0].text : (struct str){NULL, 0};
    struct arn point;
    if (!bucket.p || !arn_parse(bucket, &point) || point.account.n == 0)
        return template_fill(r, arn, fillings, n, (struct str){NULL, 0});
    if (!strchr(arn, '/'))
        return bucket;
    struct str front = text_concat(r, bucket, STR("/object/"));
    return text_concat(r, front, n > 1 && fillings[1].text.p ? fillings[1].text : STR("*"));
}

static struct str filled(struct reading *r, const struct request_entry *entry,
                         struct filling *fillings, const struct value *const *values)
{
    const char *arn = request_text(entry->arn);
    struct str origin = {NULL, 0};
    if (is_s3(arn))
        return s3_resource(r, arn, fillings, entry->n_fills);
    for (size_t i = 0; i < entry->n_fills; i++) {
        struct str text = fillings[i].text;
        if (!origin.p && values[i] && values[i]->origin.p)
            origin = values[i]->origin;
        if (!text.p || !text_is_arn(text))
            continue;
        if (template_fits(arn, text))
            return text;
        if (!origin.p)
            origin = text;
        fillings[i].text = arn_last_part(text);
    }
    return template_fill(r, arn, fillings, entry->n_fills, origin);
}

/* The value is the ARN. Some services take a name there, too, which then is the last part. */
static struct str whole(struct reading *r, const struct request_entry *entry,
                        const struct value *value)
{
    const struct filling filling = {STR(""), value->text};
    if (text_is_arn(value->text))
        return value->text;
    if (entry->arn == 0 || value->text.n == 0)
        return STR("*");
    return template_fill(r, request_text(entry->arn), &filling, 1, value->origin);
}

/* Whether FILL is a member of the request, and no text of the tables. */
static bool is_member(const struct request_fill *fill)
{
    const struct request_source *source = &request_sources[fill->source];
    return source->n && !source->falls_back &&
           request_steps[source->steps].from != REQUEST_FROM_TEXT;
}

/* Amazon RDS API Reference, CreateDBInstance: "stored as a lowercase string". */
static struct str kept(struct reading *r, struct str resource)
{
    if (!(r->service->flags & REQUEST_FOLDED) || !resource.p)
        return resource;
    return str_of(str_fold(r->arena, resource));
}

struct str entry_resource(struct reading *r, const struct request_entry *entry,
                          const struct value *const *values)
{
    struct filling fillings[ENTRY_FILLS_MAX] = {0};
    ENSURE(entry->n_fills <= ENTRY_FILLS_MAX);
    for (size_t i = 0; i < entry->n_fills; i++) {
        const struct request_fill *fill = &request_fills[entry->fills + i];
        struct str text = values[i] ? values[i]->text : (struct str){NULL, 0};
        if (entry->optional && text.n == 0 && is_member(fill))
            return (struct str){NULL, 0};
        r->unnamed |= str_is(text, "*") && !is_member(fill);
        fillings[i] = (struct filling){str_of(request_text(fill->placeholder)), text};
    }
    if (!entry->whole)
        return kept(r, filled(r, entry, fillings, values));
    return fillings[0].text.p ? kept(r, whole(r, entry, values[0])) : (struct str){NULL, 0};
}
