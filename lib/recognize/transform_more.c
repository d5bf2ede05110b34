/* SPDX-License-Identifier: Apache-2.0 */
/* Transforms of how a service names its resources. */
#include "recognize/transform_priv.h"

/* --- ssm */

/* AWS Systems Manager API reference, GetParameter: NAME:VERSION and NAME:LABEL are NAME. */
enum recognize_why to_param(struct reading *r, const char *argument UNUSED, struct value *v)
{
    (void)r;
    struct arn arn;
    if (arn_parse(v->text, &arn)) {
        struct str rest = arn.resource;
        v->text.n = (size_t)(arn.resource.p - v->text.p) + str_cut(&rest, ':').n;
        return RECOGNIZED;
    }
    struct str rest = v->text;
    v->text = str_cut(&rest, ':');
    cut_prefix(&v->text, STR("/"));
    return RECOGNIZED;
}

enum recognize_why to_slash(struct reading *r, const char *argument UNUSED, struct value *v)
{
    if (!text_is_arn(v->text) && !str_starts(v->text, STR("/")))
        v->text = text_concat(r, STR("/"), v->text);
    return RECOGNIZED;
}

static bool starts_fold(struct str text, struct str prefix)
{
    return text.n >= prefix.n && str_same_fold(text.p, prefix.p, prefix.n);
}

/*
 * AWS Systems Manager API reference, CreateDocument: names that begin with "aws", "amazon" or
 * "amzn" are AWS's own. Documents of AWS are of no account.
 */
enum recognize_why to_doc(struct reading *r, const char *argument UNUSED, struct value *v)
{
    bool owned = starts_fold(v->text, STR("aws")) || starts_fold(v->text, STR("amazon")) ||
                 starts_fold(v->text, STR("amzn"));
    if (!owned || text_is_arn(v->text))
        return RECOGNIZED;
    struct str resource = text_concat(r, STR("document/"), v->text);
    v->text = arn_with(r, (struct str[]){STR("ssm"), r->caller->region, STR("")}, resource);
    return RECOGNIZED;
}

/* --- logs, events, ecs, cloudtrail */

enum recognize_why to_lg(struct reading *r, const char *argument UNUSED, struct value *v)
{
    (void)r;
    struct arn arn;
    if (!arn_parse(v->text, &arn))
        return RECOGNIZED;
    struct str rest = arn.resource;
    str_cut(&rest, ':'); /* log-group */
    take_part(v, str_cut(&rest, ':'));
    return RECOGNIZED;
}

/* Amazon EventBridge User Guide, "Resources": rules of the default bus have no bus in their ARN. */
enum recognize_why to_bus(struct reading *r, const char *argument UNUSED, struct value *v)
{
    struct arn arn;
    if (arn_parse(v->text, &arn)) {
        struct str name = arn.resource;
        cut_prefix(&name, STR("event-bus/"));
        take_part(v, name);
    }
    if (v->text.n == 0 || str_is(v->text, "default"))
        v->text = STR("");
    else
        v->text = text_concat(r, v->text, STR("/"));
    return RECOGNIZED;
}

enum recognize_why to_td(struct reading *r, const char *argument UNUSED, struct value *v)
{
    struct str name = v->text;
    const char *slash = name.n ? memrchr(name.p, '/', name.n) : NULL;
    if (slash)
        name = (struct str){slash + 1, (size_t)(name.p + name.n - slash) - 1};
    if (v->text.n && !memchr(name.p, ':', name.n))
        v->text = text_concat(r, v->text, STR(":*"));
    return RECOGNIZED;
}

/* A word of a statement of SQL, a text in quotes, or one other character; n == 0: there is none. */
static struct str sql_word(struct str *rest)
{
    while (rest->n && (unsigned char)rest->p[0] <= ' ')
        *rest = (struct str){rest->p + 1, rest->n - 1};
    size_t n = 0;
    while (n < rest->n && (ascii_is_alnum(rest->p[n]) || rest->p[n] == '-' || rest->p[n] == '_'))
        n++;
    if (rest->n && (rest->p[0] == '\'' || rest->p[0] == '"')) {
        const char *end = memchr(rest->p + 1, rest->p[0], rest->n - 1);
        n = end ? (size_t)(end - rest->p) + 1 : rest->n;
    }
    struct str word = {rest->p, n ? n : rest->n != 0};
    *rest = (struct str){rest->p + word.n, rest->n - word.n};
    return word;
}

/*
 * AWS CloudTrail User Guide, "CloudTrail Lake SQL constraints": FROM names the event data store by
 * its id. Where there is more than one, or none, it is any.
 */
enum recognize_why to_eds(struct reading *r, const char *argument UNUSED, struct value *v)
{
    (void)r;
    struct str rest = v->text, store = {NULL, 0};
    size_t n = 0;
    for (struct str word = sql_word(&rest); word.n; word = sql_word(&rest)) {
        if (str_eq_fold(word, STR("join")))
            n = 2;
        if (!str_eq_fold(word, STR("from")))
            continue;
        store = sql_word(&rest);
        n++;
    }
    v->text = n == 1 && store.n > 1 ? store : (struct str){NULL, 0};
    return RECOGNIZED;
}

/* --- iam */

static struct str iam_arn(struct reading *r, const char *kind, struct str name)
{
    struct str resource = text_concat(r, str_of(kind), name);
    return arn_with(r, (struct str[]){STR("iam"), STR(""), account_of(r)}, resource);
}

struct str reading_role_arn(struct reading *r, struct str name)
{
    cut_prefix(&name, STR("/"));
    return iam_arn(r, "role/", name);
}

/* A role's path is not in its name. */
enum recognize_why to_role(struct reading *r, const char *argument UNUSED, struct value *v)
{
    if (text_is_arn(v->text))
        return RECOGNIZED;
    v->text = reading_role_arn(r, v->text);
    struct str told = reading_told(r, v->text, "arn");
    if (told.p)
        v->text = told;
    return RECOGNIZED;
}

enum recognize_why to_profile(struct reading *r, const char *argument UNUSED, struct value *v)
{
    struct str profile = v->text;
    if (!text_is_arn(profile))
        profile = iam_arn(r, "instance-profile/", profile);
    struct str role = reading_told(r, profile, "role");
    v->text = role.p ? role : iam_arn(r, "role/", STR("*"));
    return RECOGNIZED;
}

/* --- ec2 */

/* Ids of EC2 begin with what they are ids of: "vpce-svc-0a1b". */
static const char *template_of_id(const struct reading *r, struct str id)
{
    const char *hyphen = id.n ? memrchr(id.p, '-', id.n) : NULL;
    struct str prefix = {id.p, hyphen ? (size_t)(hyphen - id.p) : 0};
    const struct request_type *types = &request_types[r->service->id_types];
    size_t low = 0, high = r->service->n_id_types;
    while (low < high) {
        size_t middle = (low + high) / 2;
        struct str name = str_of(request_text(types[middle].name));
        size_t n = name.n < prefix.n ? name.n : prefix.n;
        int order = n ? memcmp(name.p, prefix.p, n) : 0;
        if (order == 0 && name.n == prefix.n)
            return request_text(types[middle].arn);
        if (order < 0 || (order == 0 && name.n < prefix.n))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

enum recognize_why to_ec2arn(struct reading *r, const char *argument UNUSED, struct value *v)
{
    const char *arn = text_is_arn(v->text) ? NULL : template_of_id(r, v->text);
    const struct filling filling = {STR(""), v->text};
    if (arn)
        v->text = template_fill(r, arn, &filling, 1, v->origin);
    return RECOGNIZED;
}

/* TYPE/...: what is being made has no id yet. */
enum recognize_why to_ec2type(struct reading *r, const char *argument UNUSED, struct value *v)
{
    const char *arn = template_of(r, v->text);
    if (arn)
        v->text = template_fill(r, arn, NULL, 0, v->origin);
    else
        v->text = arn_with(r, (struct str[]){STR("ec2"), r->caller->region, account_of(r)},
                           text_concat(r, v->text, STR("/*")));
    return RECOGNIZED;
}
