/* SPDX-License-Identifier: Apache-2.0 */
#include "jose/dpop.h"

#include <jansson.h>

#include "base/cache.h"
#include "base/mem.h"
#include "jose/jwt.h"

/* AWS undocumented: how far clocks may be apart. */
enum { WINDOW = 5 * 60, ID_MAX = 256, NUMBER_TEXT = 43, MEMORY = 4 * 1024 * 1024 };

/* The only one, or p == NULL (RFC 9449, section 4.3). */
static struct str find_proof(const struct request *rq)
{
    struct str found = {NULL, 0};
    for (size_t i = 0; i < rq->n_headers; i++) {
        if (!str_eq_fold(rq->headers[i].name, STR("dpop")))
            continue;
        if (found.p)
            return (struct str){NULL, 0};
        found = rq->headers[i].value;
    }
    return found;
}

static bool member_is(const json_t *json, const char *name, const char *value)
{
    const char *text = json_string_value(json_object_get(json, name));
    return text && strcmp(text, value) == 0;
}

/* A number of the key, of full length (RFC 7518, section 6.2.1.2), so that each key has one
   thumbprint. */
static const char *coordinate(struct arena *a, const json_t *jwk, const char *name)
{
    struct str bytes;
    const char *text = json_string_value(json_object_get(jwk, name));
    bool ok = text && strlen(text) == NUMBER_TEXT && jwt_decode(a, str_of(text), &bytes);
    return ok ? arena_strdup(a, text) : NULL;
}

/* The key as thumbprints are made of it (RFC 7638, section 3); NULL: it is none of P-256, or more
   than a public one. */
static const char *read_jwk(struct arena *a, const json_t *jwk)
{
    const char *x = coordinate(a, jwk, "x"), *y = coordinate(a, jwk, "y");
    bool ok = x && y && member_is(jwk, "kty", "EC") && member_is(jwk, "crv", "P-256") &&
              !json_object_get(jwk, "d");
    return ok ? arena_printf(a, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}", x,
                             y)
              : NULL;
}

/* The key in the header of the proof; NULL: it has none, or is no proof. */
static const char *read_head(struct arena *a, struct str proof)
{
    struct str text;
    const char *key = NULL;
    if (!jwt_decode(a, str_cut(&proof, '.'), &text))
        return NULL;
    json_t *head = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
    if (member_is(head, "typ", "dpop+jwt") && member_is(head, "alg", "ES256"))
        key = read_jwk(a, json_object_get(head, "jwk"));
    json_decref(head);
    return key;
}

static const char *claim(const struct jwt *jwt, const char *name)
{
    for (size_t i = 0; i < jwt->n_claims; i++) {
        if (strcmp(jwt->claims[i].name, name) == 0)
            return jwt->claims[i].value;
    }
    return NULL;
}

/* Without the port that the scheme has anyway. */
static struct str authority(struct str host, bool https)
{
    struct str port = https ? STR(":443") : STR(":80");
    bool usual = host.n > port.n && str_eq((struct str){host.p + host.n - port.n, port.n}, port);
    return (struct str){host.p, host.n - (usual ? port.n : 0)};
}

/* The address as the client has it: what it calls the server, whatever that calls itself, and by
   https where something before it takes care of that. Query and fragment do not count. */
static bool fits_url(const struct request *rq, const char *url)
{
    static const struct str http = {"http://", 7}, https = {"https://", 8};
    struct str rest = str_of(url);
    bool secure = str_starts(rest, https);
    if (!secure && !str_starts(rest, http))
        return false;
    rest = str_of(url + (secure ? https.n : http.n));
    struct str host = {rest.p, strcspn(rest.p, "/?#")};
    struct str path = {rest.p + host.n, strcspn(rest.p + host.n, "?#")};
    return str_eq_fold(authority(host, secure), authority(request_header(rq, "host"), secure)) &&
           str_eq(path, request_sent_path(rq));
}

static const char *check_claims(const struct request *rq, const struct jwt *jwt, int64_t now)
{
    const char *method = claim(jwt, "htm"), *url = claim(jwt, "htu"), *id = claim(jwt, "jti");
    if (!method || !str_is(rq->method, method))
        return "the proof is for another method";
    if (!url || !fits_url(rq, url))
        return "the proof is for another URL";
    if (jwt->issued == JWT_NEVER || jwt->issued < now - WINDOW || jwt->issued > now + WINDOW)
        return "the proof is not of now";
    return id && *id && strlen(id) <= ID_MAX ? NULL : "the proof has no usable id";
}

const char *dpop_check(struct arena *a, const struct request *rq, int64_t now, struct dpop *ret)
{
    struct jwt jwt;
    struct str proof = find_proof(rq);
    if (!proof.p)
        return "the request has no DPoP proof, or several";
    const char *key = read_head(a, proof);
    if (!key || !jwt_read(a, proof, &jwt))
        return "the DPoP header is no proof of ES256 with its key";
    const char *why_not = check_claims(rq, &jwt, now);
    if (why_not)
        return why_not;
    jwt.key_id = NULL; /* the key is the one that came along */
    const char *keys = arena_printf(a, "{\"keys\":[%s]}", key);
    if (jwt_verify(a, &jwt, str_of(keys)) != JWT_VERIFIED)
        return "the proof is not signed by its key";
    ret->key = jwt_digest(a, key);
    ret->id = jwt_digest(a, arena_printf(a, "%s %s", ret->key, claim(&jwt, "jti")));
    return NULL;
}

struct dpop_memory {
    struct cache *used;
};

struct used {
    struct cached base;
    char id[];
};

struct dpop_memory *dpop_memory_new(void)
{
    struct dpop_memory *memory = mem_alloc(sizeof *memory);
    memory->used = cache_new(MEMORY);
    return memory;
}

void dpop_memory_free(struct dpop_memory *memory)
{
    if (!memory)
        return;
    cache_free(memory->used);
    mem_free(memory);
}

void dpop_memory_clear(struct dpop_memory *memory)
{
    cache_clear(memory->used);
}

static void destroy(struct cached *entry)
{
    mem_free(entry);
}

bool dpop_is_used(struct dpop_memory *memory, const struct dpop *dpop)
{
    struct cached *entry = cache_acquire(memory->used, str_of(dpop->id));
    cached_release(entry);
    return entry;
}

void dpop_note_used(struct dpop_memory *memory, const struct dpop *dpop)
{
    size_t n = strlen(dpop->id);
    struct used *used = mem_alloc(sizeof *used + n);
    memcpy(used->id, dpop->id, n);
    used->base.key = (struct str){used->id, n};
    used->base.size = sizeof *used + n;
    used->base.destroy = destroy;
    cached_release(cache_insert(memory->used, &used->base, cache_ticket(memory->used)));
}
