/* SPDX-License-Identifier: Apache-2.0 */
/* Transforms of x-amz-copy-source, in which S3 names the object that is copied. */
#include "recognize/transform_priv.h"

struct copy_source {
    struct str bucket, key, version; /* version.p == NULL: the current one */
};

/* An access point's ARN has slashes of its own: .../accesspoint/NAME/object/KEY. */
static bool cut_bucket(struct str *rest, struct str *ret)
{
    const char *object = text_is_arn(*rest) ? memmem(rest->p, rest->n, "/object/", 8) : NULL;
    if (!object) {
        *ret = str_cut(rest, '/');
        return rest->n && ret->n && !text_is_arn(*ret);
    }
    *ret = (struct str){rest->p, (size_t)(object - rest->p)};
    *rest = (struct str){object + 8, rest->n - ret->n - 8};
    return rest->n != 0;
}

/*
 * Amazon S3 API Reference, CopyObject: BUCKET/KEY, percent-encoded, with ?versionId=VERSION behind
 * it. A plus that is not encoded is a blank to some readers.
 */
static enum recognize_why copy_source(struct reading *r, struct str text, struct copy_source *ret)
{
    struct str version = text, path = str_cut(&version, '?');
    bool odd = version.p && (!cut_prefix(&version, STR("versionId=")) || version.n == 0);
    if (odd || memchr(path.p, '+', path.n) || text_contains(version, "&?%+"))
        return reading_fail(r, RECOGNIZE_AMBIGUOUS,
                            "Of x-amz-copy-source, readers may read different keys.");
    struct buf b = buf_new(r->arena, path.n + 1);
    struct str rest;
    if (!buf_pct_decode(&b, path, false) || !str_is_utf8(rest = buf_str(&b)))
        return reading_fail(r, RECOGNIZE_MALFORMED, "x-amz-copy-source cannot be decoded.");
    cut_prefix(&rest, STR("/"));
    if (!cut_bucket(&rest, &ret->bucket))
        return reading_fail(r, RECOGNIZE_MALFORMED, "x-amz-copy-source names no object.");
    ret->key = rest;
    ret->version = version;
    return RECOGNIZED;
}

enum recognize_why to_cpbucket(struct reading *r, const char *argument UNUSED, struct value *v)
{
    struct copy_source source;
    READ(copy_source(r, v->text, &source));
    v->text = source.bucket;
    return RECOGNIZED;
}

enum recognize_why to_cpkey(struct reading *r, const char *argument UNUSED, struct value *v)
{
    struct copy_source source;
    READ(copy_source(r, v->text, &source));
    v->text = source.key;
    return RECOGNIZED;
}

enum recognize_why to_cpversion(struct reading *r, const char *argument UNUSED, struct value *v)
{
    struct copy_source source;
    READ(copy_source(r, v->text, &source));
    v->text = source.version;
    return RECOGNIZED;
}
