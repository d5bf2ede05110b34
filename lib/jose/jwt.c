/* SPDX-License-Identifier: Apache-2.0 */
#include "jose/jwt.h"

#include <jansson.h>
#include <nettle/base64.h>
#include <nettle/sha2.h>

enum { LIST_MAX = 50, TIME_MAX = 1 << 30, TAG_KEY_MAX = 128, TAG_VALUE_MAX = 256 };

/* IAM User Guide, "Pass session tags in AWS STS": tags are nested in a claim, or flat. */
#define TAGS_CLAIM "https://aws.amazon.com/tags"
#define FLAT_TAG TAGS_CLAIM "/principal_tags/"
#define FLAT_TRANSITIVE TAGS_CLAIM "/transitive_tag_keys"
#define SOURCE_IDENTITY_CLAIM "https://aws.amazon.com/source_identity"

/* The claims while they are read. `ok` becomes false when one is not what it has to be. */
struct claims_reader {
    struct arena *arena;
    json_t *json;
    bool ok;
};

void jwt_encode(struct buf *b, const unsigned char *bytes, size_t n)
{
    struct base64_encode_ctx base64;
    char text[BASE64_ENCODE_LENGTH(3) + BASE64_ENCODE_FINAL_LENGTH];
    base64url_encode_init(&base64);
    for (size_t i = 0; i < n; i += 3) {
        size_t length = base64_encode_update(&base64, text, n - i < 3 ? n - i : 3, bytes + i);
        buf_add(b, (struct str){text, length});
    }
    size_t length = base64_encode_final(&base64, text);
    while (length && text[length - 1] == '=')
        length--;
    buf_add(b, (struct str){text, length});
}

char *jwt_digest(struct arena *a, const char *text)
{
    struct sha256_ctx sha;
    uint8_t bytes[SHA256_DIGEST_SIZE];
    struct buf b = buf_new(a, 2 * sizeof bytes);
    sha256_init(&sha);
    sha256_update(&sha, strlen(text), (const uint8_t *)text);
    sha256_digest(&sha, sizeof bytes, bytes);
    jwt_encode(&b, bytes, sizeof bytes);
    return buf_text(&b);
}

bool jwt_decode(struct arena *a, struct str text, struct str *ret)
{
    struct base64_decode_ctx base64;
    size_t n = BASE64_DECODE_LENGTH(text.n);
    for (size_t i = 0; i < text.n; i++) {
        if (!ascii_is_alnum(text.p[i]) && text.p[i] != '-' && text.p[i] != '_')
            return false;
    }
    static const char padding[] = "==";
    size_t missing = (4 - text.n % 4) % 4;
    uint8_t *bytes = arena_alloc(a, n + BASE64_DECODE_LENGTH(missing) + 1);
    size_t rest = 0;
    base64url_decode_init(&base64);
    if (missing == 3 || !base64_decode_update(&base64, &n, bytes, text.n, text.p) ||
        !base64_decode_update(&base64, &rest, bytes + n, missing, padding) ||
        !base64_decode_final(&base64))
        return false;
    *ret = (struct str){(const char *)bytes, n + rest};
    return true;
}

/* A new reference, or NULL. */
static json_t *read_part(struct arena *a, struct str part)
{
    struct str text;
    if (!jwt_decode(a, part, &text))
        return NULL;
    json_t *json = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(json))
        return json;
    json_decref(json);
    return NULL;
}

static const char *take_text(struct claims_reader *r, const char *name)
{
    const json_t *value = json_object_get(r->json, name);
    r->ok &= !value || json_is_string(value);
    return json_is_string(value) ? arena_strdup(r->arena, json_string_value(value)) : NULL;
}

/* Seconds since 1970, fractions allowed. */
static int64_t take_time(struct claims_reader *r, const char *name)
{
    const json_t *value = json_object_get(r->json, name);
    if (!value)
        return JWT_NEVER;
    double seconds = json_number_value(value);
    bool usable = json_is_number(value) && seconds >= 0 && seconds < (double)TIME_MAX * TIME_MAX;
    r->ok &= usable;
    return usable ? (int64_t)seconds : JWT_NEVER;
}

/* A text, or a list of them. */
static const char **take_list(struct claims_reader *r, const json_t *value, size_t *ret_n)
{
    size_t n = json_is_array(value) ? json_array_size(value) : value != NULL;
    r->ok &= n <= LIST_MAX;
    const char **list = NEW_ARRAY(r->arena, const char *, n);
    for (size_t i = 0; i < n && r->ok; i++) {
        const json_t *item = json_is_array(value) ? json_array_get(value, i) : value;
        r->ok &= json_is_string(item);
        list[i] = json_is_string(item) ? arena_strdup(r->arena, json_string_value(item)) : "";
    }
    *ret_n = r->ok ? n : 0;
    return list;
}

/* Of each tag there is one value, which may stand in a list. */
static void add_tag(struct claims_reader *r, const char *key, const json_t *value,
                    struct session_tag *tags, size_t *n)
{
    size_t values;
    const char *const *list = take_list(r, value, &values);
    size_t length = str_utf8_len(str_of(key));
    r->ok &= values == 1 && *n < LIST_MAX && length > 0 && length <= TAG_KEY_MAX &&
             str_utf8_len(str_of(list[0])) <= TAG_VALUE_MAX;
    if (r->ok)
        tags[(*n)++] = (struct session_tag){arena_strdup(r->arena, key), list[0], false};
}

static void take_tags(struct claims_reader *r, struct jwt *ret)
{
    struct session_tag *tags = NEW_ARRAY(r->arena, struct session_tag, LIST_MAX);
    json_t *nested = json_object_get(r->json, TAGS_CLAIM), *value;
    json_t *transitive = json_object_get(nested, "transitive_tag_keys");
    const char *key;
    size_t n = 0;
    json_object_foreach(json_object_get(nested, "principal_tags"), key, value)
        add_tag(r, key, value, tags, &n);
    json_object_foreach(r->json, key, value)
    {
        if (str_starts(str_of(key), STR(FLAT_TAG)))
            add_tag(r, key + sizeof FLAT_TAG - 1, value, tags, &n);
    }
    transitive = transitive ? transitive : json_object_get(r->json, FLAT_TRANSITIVE);
    ret->transitive = take_list(r, transitive, &ret->n_transitive);
    ret->tags = tags;
    ret->n_tags = n;
}

static void take_others(struct claims_reader *r, struct jwt *ret)
{
    struct jwt_claim *claims = NEW_ARRAY(r->arena, struct jwt_claim, json_object_size(r->json));
    json_t *value;
    const char *key, *text;
    size_t n = 0;
    json_object_foreach(r->json, key, value)
    {
        text = json_is_string(value) ? arena_strdup(r->arena, json_string_value(value))
               : json_is_integer(value)
                   ? arena_printf(r->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value))
               : json_is_boolean(value) ? (json_is_true(value) ? "true" : "false")
                                        : NULL;
        if (text)
            claims[n++] = (struct jwt_claim){arena_strdup(r->arena, key), text};
    }
    ret->claims = claims;
    ret->n_claims = n;
}

static bool read_claims(struct arena *a, json_t *json, struct jwt *ret)
{
    struct claims_reader r = {a, json, true};
    ret->issuer = take_text(&r, "iss");
    ret->subject = take_text(&r, "sub");
    ret->party = take_text(&r, "azp");
    ret->audience = take_list(&r, json_object_get(json, "aud"), &ret->n_audience);
    ret->methods = take_list(&r, json_object_get(json, "amr"), &ret->n_methods);
    ret->expires = take_time(&r, "exp");
    ret->issued = take_time(&r, "iat");
    ret->not_before = take_time(&r, "nbf");
    ret->source_identity = take_text(&r, SOURCE_IDENTITY_CLAIM);
    take_tags(&r, ret);
    take_others(&r, ret);
    return r.ok;
}

/* Extensions that have to be understood are none of ours (RFC 7515, section 4.1.11). */
static bool read_header(struct arena *a, json_t *json, struct jwt *ret)
{
    struct claims_reader r = {a, json, true};
    ret->algorithm = take_text(&r, "alg");
    ret->key_id = take_text(&r, "kid");
    return r.ok && ret->algorithm && !json_object_get(json, "crit");
}

bool jwt_read(struct arena *a, struct str token, struct jwt *ret)
{
    struct str rest = token;
    struct str header = str_cut(&rest, '.'), claims = str_cut(&rest, '.'), signature = rest;
    if (!signature.p)
        return false;
    json_t *head = read_part(a, header), *body = read_part(a, claims);
    bool ok = head && body && read_header(a, head, ret) && read_claims(a, body, ret) &&
              jwt_decode(a, signature, &ret->signature);
    json_decref(head);
    json_decref(body);
    ret->content = (struct str){token.p, header.n + 1 + claims.n};
    return ok;
}
