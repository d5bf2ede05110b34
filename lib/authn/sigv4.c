/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/sigv4.h"

#include <stdlib.h>

#include <nettle/hmac.h>

#include "authn/sigv4_priv.h"

enum { DIGEST_TEXT_SIZE = 2 * SHA256_DIGEST_SIZE, SIGNED_NAMES_MAX = 100 };

static void add_digest(struct buf *b, struct str text)
{
    struct sha256_ctx sha;
    unsigned char digest[SHA256_DIGEST_SIZE];
    sha256_init(&sha);
    sha256_update(&sha, text.n, (const uint8_t *)text.p);
    sha256_digest(&sha, sizeof digest, digest);
    buf_hex(b, digest, sizeof digest);
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_alnum(s.p[i]) && !memchr("-_.~", s.p[i], 4))
            return false;
    }
    return true;
}

/* Encoded text is decoded first, so that `%2f`, `%2F` and `/` sign alike. Text with a broken
   escape cannot have been meant as encoded. */
static void add_encoded_once(struct buf *b, struct str s, bool plus_is_blank, const char *plain)
{
    struct buf decoded = buf_new(b->arena, s.n);
    bool well_formed = buf_pct_decode(&decoded, s, plus_is_blank);
    buf_pct_encode(b, well_formed ? buf_str(&decoded) : s, plain);
}

static struct str canonical_component(struct arena *a, struct str s)
{
    if (is_plain(s))
        return s;
    struct buf b = {.arena = a};
    add_encoded_once(&b, s, true, "");
    return buf_str(&b);
}

struct sigv4_query sigv4_split_query(struct arena *a, struct str query)
{
    struct sigv4_query split = {NULL, 0};
    if (query.n == 0)
        return split;
    size_t most = 1;
    for (size_t i = 0; i < query.n; i++)
        most += query.p[i] == '&';
    split.v = NEW_ARRAY(a, struct sigv4_param, most);
    while (query.p) {
        struct str value = str_cut(&query, '&');
        if (value.n == 0)
            continue;
        struct str name = str_cut(&value, '=');
        split.v[split.n++] =
            (struct sigv4_param){canonical_component(a, name), canonical_component(a, value)};
    }
    return split;
}

static int compare_str(struct str a, struct str b)
{
    size_t shorter = a.n < b.n ? a.n : b.n;
    int order = shorter ? memcmp(a.p, b.p, shorter) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_params(const void *a, const void *b)
{
    const struct sigv4_param *x = a, *y = b;
    int order = compare_str(x->name, y->name);
    return order ? order : compare_str(x->value, y->value);
}

static bool is_signed_param(const struct sigv4_auth *auth, const struct sigv4_rules *rules,
                            struct str name)
{
    if (!auth->presigned)
        return true;
    return !str_is(name, "X-Amz-Signature") &&
           !(rules->token_after_signing && str_is(name, "X-Amz-Security-Token"));
}

static void add_query(struct buf *b, const struct request *rq, const struct sigv4_auth *auth,
                      const struct sigv4_rules *rules)
{
    struct sigv4_query query = sigv4_split_query(b->arena, rq->query);
    if (query.n > 1)
        qsort(query.v, query.n, sizeof *query.v, compare_params);
    bool first = true;
    for (size_t i = 0; i < query.n; i++) {
        if (!is_signed_param(auth, rules, query.v[i].name))
            continue;
        if (!first)
            buf_add_char(b, '&');
        first = false;
        buf_add(b, query.v[i].name);
        buf_add_char(b, '=');
        buf_add(b, query.v[i].value);
    }
}

static void drop_last_segment(struct buf *b)
{
    while (b->n && b->p[b->n - 1] != '/')
        b->n--;
    if (b->n)
        b->n--;
}

static struct str normalized_path(struct arena *a, struct str path)
{
    struct buf b = buf_new(a, path.n + 1);
    bool ends_in_slash = path.n && path.p[path.n - 1] == '/';
    while (path.p) {
        struct str segment = str_cut(&path, '/');
        if (segment.n == 0 || str_is(segment, "."))
            continue;
        if (str_is(segment, "..")) {
            drop_last_segment(&b);
            continue;
        }
        buf_add_char(&b, '/');
        buf_add(&b, segment);
    }
    if (b.n == 0 || ends_in_slash)
        buf_add_char(&b, '/');
    return buf_str(&b);
}

/* Encoding what was sent encodes what was encoded a second time: so do all services but S3. */
static void add_path(struct buf *b, struct str path, const struct sigv4_rules *rules)
{
    if (str_is(path, "/"))
        buf_add_char(b, '/');
    else if (rules->normalize_path)
        buf_pct_encode(b, normalized_path(b->arena, path), "/");
    else
        add_encoded_once(b, path, false, "/");
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Whether it has another blank than single spaces, perhaps. */
static bool has_blanks(struct str s)
{
    unsigned char found = s.n && (is_blank(s.p[0]) || is_blank(s.p[s.n - 1]));
    for (size_t i = 1; i < s.n; i++)
        found |= (s.p[i] == '\t') | ((s.p[i] == ' ') & (s.p[i - 1] == ' '));
    return found != 0;
}

/* Trimmed, and with one blank for each run of blanks, in quoted strings too. */
static void add_header_value(struct buf *b, struct str value)
{
    size_t start = b->n;
    if (!has_blanks(value)) {
        buf_add(b, value);
        return;
    }
    bool blank = false;
    buf_reserve(b, value.n);
    for (size_t i = 0; i < value.n; i++) {
        if (is_blank(value.p[i])) {
            blank = true;
            continue;
        }
        if (blank && b->n > start)
            b->p[b->n++] = ' ';
        blank = false;
        b->p[b->n++] = value.p[i];
    }
}

static void add_lower(struct buf *b, struct str s)
{
    buf_reserve(b, s.n);
    char *p = b->p + b->n;
    for (size_t i = 0; i < s.n; i++)
        p[i] = ascii_lower(s.p[i]);
    b->n += s.n;
}

static void add_headers(struct buf *b, const struct request *rq, struct str names)
{
    while (names.p) {
        struct str name = str_cut(&names, ';');
        bool first = true;
        add_lower(b, name);
        buf_add_char(b, ':');
        for (size_t i = 0; i < rq->n_headers; i++) {
            if (!str_eq_fold(rq->headers[i].name, name))
                continue;
            if (!first)
                buf_add_char(b, ',');
            first = false;
            add_header_value(b, rq->headers[i].value);
        }
        buf_add_char(b, '\n');
    }
}

/* With each name once, the canonical request is not much longer than the request: a small one
   cannot ask for a huge text. */
static bool names_are_distinct(struct str names)
{
    for (size_t n = 0; names.p; n++) {
        struct str name = str_cut(&names, ';');
        if (n == SIGNED_NAMES_MAX)
            return false;
        for (struct str rest = names; rest.p;) {
            if (str_eq_fold(str_cut(&rest, ';'), name))
                return false;
        }
    }
    return true;
}

struct str sigv4_canonical_request(struct arena *a, const struct request *rq,
                                   const struct sigv4_auth *auth, const struct sigv4_rules *rules)
{
    if (!names_are_distinct(auth->signed_headers))
        return (struct str){NULL, 0};
    struct buf b = buf_new(a, 1024);
    buf_add(&b, rq->method);
    buf_add_char(&b, '\n');
    add_path(&b, request_sent_path(rq), rules);
    buf_add_char(&b, '\n');
    add_query(&b, rq, auth, rules);
    buf_add_char(&b, '\n');
    add_headers(&b, rq, auth->signed_headers);
    buf_add_char(&b, '\n');
    add_lower(&b, auth->signed_headers);
    buf_add_char(&b, '\n');
    if (auth->payload.p)
        buf_add(&b, auth->payload);
    else
        add_digest(&b, rq->body);
    return buf_str(&b);
}

struct str sigv4_string_to_sign(struct arena *a, const struct sigv4_auth *auth,
                                struct str canonical_request)
{
    const struct str scope[] = {auth->date, auth->region, auth->service, auth->terminator};
    struct buf b = buf_new(a, 256);
    buf_add_text(&b, auth->asymmetric ? SIGV4A_ALGORITHM "\n" : SIGV4_ALGORITHM "\n");
    buf_add(&b, auth->timestamp);
    for (size_t i = 0; i < ARRAY_LEN(scope); i++) {
        if (auth->asymmetric && i == 1)
            continue;
        buf_add_char(&b, i ? '/' : '\n');
        buf_add(&b, scope[i]);
    }
    buf_add_char(&b, '\n');
    add_digest(&b, canonical_request);
    return buf_str(&b);
}

static void hmac(struct str key, struct str text, unsigned char ret[static SHA256_DIGEST_SIZE])
{
    struct hmac_sha256_ctx context;
    hmac_sha256_set_key(&context, key.n, (const uint8_t *)key.p);
    hmac_sha256_update(&context, text.n, (const uint8_t *)text.p);
    hmac_sha256_digest(&context, SHA256_DIGEST_SIZE, ret);
}

void sigv4_signing_key(struct str secret, struct str date, struct str region, struct str service,
                       unsigned char ret[static SIGV4_KEY_SIZE])
{
    char first[4 + SIGV4_SECRET_MAX] = "AWS4";
    ENSURE(secret.n <= SIGV4_SECRET_MAX);
    memcpy(first + 4, secret.p, secret.n);
    const struct str parts[] = {date, region, service, STR(SIGV4_TERMINATOR)};
    struct str key = {first, 4 + secret.n};
    unsigned char derived[SIGV4_KEY_SIZE];
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        hmac(key, parts[i], derived);
        key = (struct str){(const char *)derived, sizeof derived};
    }
    memcpy(ret, derived, sizeof derived);
    explicit_bzero(first, sizeof first);
    explicit_bzero(derived, sizeof derived);
}

void sigv4_signature(const unsigned char key[static SIGV4_KEY_SIZE], struct str string_to_sign,
                     char ret[static SIGV4_SIGNATURE_SIZE])
{
    unsigned char digest[SHA256_DIGEST_SIZE];
    hmac((struct str){(const char *)key, SIGV4_KEY_SIZE}, string_to_sign, digest);
    struct buf text = {.p = ret, .cap = SIGV4_SIGNATURE_SIZE};
    buf_hex(&text, digest, sizeof digest);
    ret[text.n] = '\0';
}

/* Our services take no UNSIGNED-PAYLOAD and no chunked payload. */
static bool announces_body(const struct request *rq, struct str canonical)
{
    struct str digest = {canonical.p + canonical.n - DIGEST_TEXT_SIZE, DIGEST_TEXT_SIZE};
    struct str announced = request_header(rq, "x-amz-content-sha256");
    return !announced.p || str_eq(str_trim(announced), digest);
}

bool sigv4_verify(struct arena *a, const struct request *rq, const struct sigv4_auth *auth,
                  const struct sigv4_rules *rules, const unsigned char key[static SIGV4_KEY_SIZE])
{
    struct str canonical = sigv4_canonical_request(a, rq, auth, rules);
    if (!canonical.p)
        return false;
    if (!auth->payload.p && !announces_body(rq, canonical))
        return false;
    char expected[SIGV4_SIGNATURE_SIZE];
    sigv4_signature(key, sigv4_string_to_sign(a, auth, canonical), expected);
    return secret_equal(auth->signature, str_of(expected));
}
