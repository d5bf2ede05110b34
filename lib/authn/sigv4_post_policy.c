/* SPDX-License-Identifier: Apache-2.0 */
/* The policy of a form: S3 API Reference, "POST policy". */
#include "authn/sigv4_post.h"
#include "base/instant.h"
#include "err.h"
#include "policy/json.h"

enum { ECHO_MAX = 200 };

struct check {
    struct arena *arena;
    const struct sigv4_post *post;
    struct str bucket;
    struct str text; /* of the policy */
    bool covered[SIGV4_POST_FIELDS_MAX], bucket_covered;
    const char **message;
};

static int fail(const struct check *k, const char *reason, struct str about)
{
    if (about.n > ECHO_MAX)
        about.n = ECHO_MAX;
    *k->message =
        arena_printf(k->arena, "Invalid according to Policy: %s%.*s", reason, STR_FMT(about));
    return ERR_ACCESS_DENIED;
}

static int fail_at(const struct check *k, const struct node *condition)
{
    struct str about = {k->text.p + condition->start, condition->end - condition->start};
    return fail(k, "Policy Condition failed: ", about);
}

/* Marks it as covered, and returns its value; empty where there is none. */
static struct str take_value(struct check *k, struct str name)
{
    for (size_t i = 0; i < k->post->n; i++) {
        if (!str_eq_fold(k->post->fields[i].name, name))
            continue;
        k->covered[i] = true;
        return k->post->fields[i].value;
    }
    if (!str_is(name, "bucket"))
        return STR("");
    k->bucket_covered = true;
    return k->bucket;
}

/* A Content-Type with commas is a list, all values of which have to begin so. */
static bool all_start(struct str values, struct str prefix)
{
    while (values.p) {
        if (!str_starts(str_trim(str_cut(&values, ',')), prefix))
            return false;
    }
    return true;
}

static bool holds(struct check *k, bool exact, struct str name, struct str expected)
{
    struct str value = take_value(k, name);
    if (exact)
        return str_eq(value, expected);
    if (str_eq_fold(name, STR("content-type")))
        return all_start(value, expected);
    return str_starts(value, expected);
}

/* {"acl": "public-read"}. */
static int check_object(struct check *k, const struct node *condition)
{
    for (const struct node *m = condition->first; m; m = m->next) {
        if (m->kind != NODE_STRING || !holds(k, true, m->key, m->text))
            return fail_at(k, condition);
    }
    return OK;
}

static bool read_size(const struct node *node, int64_t *ret)
{
    bool scalar = node->kind == NODE_NUMBER || node->kind == NODE_STRING;
    return scalar && str_to_int64(node->text, ret);
}

static bool is_in_range(const struct check *k, const struct node *from, const struct node *to)
{
    int64_t least, most, size = (int64_t)k->post->file.n;
    return read_size(from, &least) && read_size(to, &most) && least <= size && size <= most;
}

/* ["eq", "$acl", "public-read"], ["starts-with", "$key", "user/"] or
   ["content-length-range", 1, 1000]. */
static int check_list(struct check *k, const struct node *condition)
{
    const struct node *kind = condition->first;
    if (condition->n != 3 || kind->kind != NODE_STRING)
        return fail_at(k, condition);
    const struct node *first = kind->next, *second = first->next;
    if (str_eq_fold(kind->text, STR("content-length-range")))
        return is_in_range(k, first, second) ? OK : fail_at(k, condition);
    bool exact = str_eq_fold(kind->text, STR("eq"));
    bool known = exact || str_eq_fold(kind->text, STR("starts-with"));
    bool texts = first->kind == NODE_STRING && second->kind == NODE_STRING;
    if (!known || !texts || first->text.n < 2 || first->text.p[0] != '$')
        return fail_at(k, condition);
    struct str name = {first->text.p + 1, first->text.n - 1};
    return holds(k, exact, name, second->text) ? OK : fail_at(k, condition);
}

static int check_conditions(struct check *k, const struct node *conditions)
{
    if (!conditions || conditions->kind != NODE_ARRAY)
        return fail(k, "Invalid 'conditions' value.", STR(""));
    for (const struct node *c = conditions->first; c; c = c->next) {
        if (c->kind == NODE_OBJECT)
            TRY(check_object(k, c));
        else if (c->kind == NODE_ARRAY)
            TRY(check_list(k, c));
        else
            return fail_at(k, c);
    }
    return OK;
}

/* All but these need a condition. */
static bool needs_condition(struct str name)
{
    struct str ignored = STR("x-ignore-");
    bool ignore = name.n >= ignored.n && str_same_fold(name.p, ignored.p, ignored.n);
    bool of_signature =
        str_eq_fold(name, STR("policy")) || str_eq_fold(name, STR("x-amz-signature"));
    return !ignore && !of_signature;
}

static int check_fields(const struct check *k)
{
    for (size_t i = 0; i < k->post->n; i++) {
        struct str name = k->post->fields[i].name;
        if (!k->covered[i] && needs_condition(name))
            return fail(k, "Extra input fields: ", name);
    }
    struct str bucket = sigv4_post_value(k->post, "bucket");
    if (bucket.p && !str_eq(bucket, k->bucket))
        return fail(k, "Policy Condition failed: the form names another bucket than the request.",
                    STR(""));
    if (!bucket.p && !k->bucket_covered)
        return fail(k, "Extra input fields: ", STR("bucket"));
    return OK;
}

static int check_expiration(const struct check *k, const struct node *expiration, int64_t now)
{
    struct instant at;
    if (!expiration || expiration->kind != NODE_STRING ||
        !memchr(expiration->text.p, 'T', expiration->text.n) ||
        !instant_parse(expiration->text, &at))
        return fail(k, "Invalid 'expiration' value.", STR(""));
    return now < at.seconds ? OK : fail(k, "Policy expired.", STR(""));
}

int sigv4_post_check(struct arena *a, const struct sigv4_auth *auth, struct str bucket, int64_t now,
                     const char **message)
{
    struct check k = {.arena = a, .post = auth->post, .bucket = bucket, .message = message};
    struct str encoded = sigv4_post_value(auth->post, "policy");
    struct buf text = buf_new(a, encoded.n + 1);
    const struct node *policy;
    size_t bad;
    bool decoded = buf_base64_decode(&text, encoded);
    k.text = buf_str(&text);
    if (!decoded || !node_read(a, k.text, &policy, &bad) || policy->kind != NODE_OBJECT)
        return fail(&k, "Invalid JSON.", STR(""));
    TRY(check_expiration(&k, node_get(policy, "expiration"), now));
    TRY(check_conditions(&k, node_get(policy, "conditions")));
    return check_fields(&k);
}
