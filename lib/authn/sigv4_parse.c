/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/sigv4.h"

#include <inttypes.h>

#include <nettle/sha2.h>

#include "authn/sigv4_priv.h"
#include "authn/sigv4a.h"
#include "base/clock.h"
#include "err.h"

enum {
    ECHO_MAX = 512, /* bytes of the client's text repeated in a message */
    REGION_MAX = 32,
};

/* The pieces as the client sent them; p == NULL: not sent. */
struct pieces {
    struct str algorithm, credential, signed_headers, signature, date;
};

static int fail(const char **message, const char *text, int code)
{
    *message = text;
    return code;
}

/* The client's text as part of a message: bounded, and printable whatever it was. */
static const char *echo(struct arena *a, struct str s)
{
    char *text = arena_strndup(a, s.p, s.n < ECHO_MAX ? s.n : ECHO_MAX);
    for (char *c = text; *c; c++) {
        if (*c < ' ' || *c > '~')
            *c = '?';
    }
    return text;
}

int sigv4_fail_twice(struct arena *a, const char **message, struct str what)
{
    return fail(message, arena_printf(a, "The request has more than one '%s'.", echo(a, what)),
                ERR_INCOMPLETE_SIGNATURE);
}

static void add_sentence(struct buf *b, const char *text)
{
    if (b->n)
        buf_add_char(b, ' ');
    buf_add_text(b, text);
}

static bool is_separator(char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

static size_t until_separator(struct str s)
{
    size_t n = 0;
    for (; s.n - n >= WORD_SIZE; n += WORD_SIZE) {
        uint64_t word = word_at(s.p + n);
        uint64_t marks = word_equal(word, ' ') | word_equal(word, '\t') | word_equal(word, ',');
        if (marks)
            return n + word_first(marks);
    }
    while (n < s.n && !is_separator(s.p[n]))
        n++;
    return n;
}

/* Next element of the Authorization header; commas and blanks part them in any number. */
static bool next_element(struct str *rest, struct str *ret)
{
    while (rest->n && is_separator(rest->p[0])) {
        rest->p++;
        rest->n--;
    }
    size_t n = until_separator(*rest);
    *ret = (struct str){rest->p, n};
    rest->p += n;
    rest->n -= n;
    return n > 0;
}

/* The piece that an element of that name is; NULL: one that nobody knows. */
static struct str *piece_of(struct pieces *p, struct str name)
{
    if (str_is(name, "Credential"))
        return &p->credential;
    if (str_is(name, "SignedHeaders"))
        return &p->signed_headers;
    if (str_is(name, "Signature"))
        return &p->signature;
    return NULL;
}

/* ONCE: no piece may come twice; else the last one counts. */
static int read_elements(struct arena *a, struct str header, bool once, struct pieces *p,
                         const char **message)
{
    struct str rest = header, element;
    (void)next_element(&rest, &p->algorithm);
    while (next_element(&rest, &element)) {
        struct str value = element, name = str_cut(&value, '=');
        if (!value.p) {
            return fail(message,
                        arena_printf(a,
                                     "'%s' not a valid key=value pair (missing equal-sign) in "
                                     "Authorization header: '%s'.",
                                     echo(a, element), echo(a, header)),
                        ERR_INCOMPLETE_SIGNATURE);
        }
        struct str *piece = piece_of(p, name);
        if (once && piece && piece->p)
            return sigv4_fail_twice(a, message, name);
        if (piece)
            *piece = value;
    }
    return OK;
}

/* Names what is missing, all at once; the header itself only as a hash. */
static int check_elements(struct arena *a, struct str header, const struct pieces *p,
                          const char **message)
{
    struct buf b = {.arena = a};
    if (p->credential.n == 0)
        add_sentence(&b, "Authorization header requires 'Credential' parameter.");
    if (p->signature.n == 0)
        add_sentence(&b, "Authorization header requires 'Signature' parameter.");
    if (!p->signed_headers.p)
        add_sentence(&b, "Authorization header requires 'SignedHeaders' parameter.");
    if (!p->date.p)
        add_sentence(&b, "Authorization header requires existence of either a 'X-Amz-Date' or a "
                         "'Date' header.");
    if (b.n == 0)
        return OK;
    struct sha256_ctx sha;
    unsigned char digest[SHA256_DIGEST_SIZE];
    sha256_init(&sha);
    sha256_update(&sha, header.n, (const uint8_t *)header.p);
    sha256_digest(&sha, sizeof digest, digest);
    buf_add_text(&b, " (Hashed with SHA-256 and encoded with Base64) Authorization=");
    buf_base64(&b, digest, sizeof digest);
    return fail(message, buf_text(&b), ERR_INCOMPLETE_SIGNATURE);
}

static int parse_header(struct arena *a, const struct sigv4_source *from, struct pieces *p,
                        struct sigv4_auth *auth, const char **message)
{
    const struct request *rq = from->rq;
    struct str header = str_trim(from->header);
    if (!str_starts(header, STR("AWS4-")))
        return fail(message, "Request is missing Authentication Token",
                    ERR_MISSING_AUTHENTICATION_TOKEN);
    TRY(read_elements(a, header, from->other, p, message));
    p->date = str_trim(request_header(rq, "x-amz-date"));
    if (!p->date.p)
        p->date = str_trim(request_header(rq, "date"));
    auth->security_token = str_trim(request_header(rq, "x-amz-security-token"));
    auth->expires = SIGV4_CLOCK_SKEW;
    return check_elements(a, header, p, message);
}

struct str sigv4_query_value(struct arena *a, const struct sigv4_query *query, const char *name)
{
    for (size_t i = 0; i < query->n; i++) {
        if (!str_is(query->v[i].name, name))
            continue;
        struct str value = query->v[i].value;
        struct buf decoded = buf_new(a, value.n + 1);
        bool canonical = buf_pct_decode(&decoded, value, false);
        return canonical ? buf_str(&decoded) : value;
    }
    return (struct str){NULL, 0};
}

static int read_expires(struct str text, int64_t *ret, const char **message)
{
    int64_t seconds = SIGV4_CLOCK_SKEW;
    if (text.p && (!str_to_int64(text, &seconds) || seconds < 1))
        return fail(message, "X-Amz-Expires should be a number", ERR_INCOMPLETE_SIGNATURE);
    if (seconds > SIGV4_EXPIRES_MAX) {
        return fail(message,
                    "X-Amz-Expires must be less than a week (in seconds); that is, the given "
                    "X-Amz-Expires must be less than 604800 seconds",
                    ERR_INCOMPLETE_SIGNATURE);
    }
    *ret = seconds;
    return OK;
}

static int parse_query(struct arena *a, const struct sigv4_query *query, struct pieces *p,
                       struct sigv4_auth *auth, const char **message)
{
    const struct {
        const char *name;
        struct str *value;
    } required[] = {
        {"X-Amz-Algorithm", &p->algorithm}, {"X-Amz-Credential", &p->credential},
        {"X-Amz-Signature", &p->signature}, {"X-Amz-SignedHeaders", &p->signed_headers},
        {"X-Amz-Date", &p->date},
    };
    struct buf b = {.arena = a};
    for (size_t i = 0; i < ARRAY_LEN(required); i++) {
        *required[i].value = sigv4_query_value(a, query, required[i].name);
        if (required[i].value->n)
            continue;
        add_sentence(&b, "AWS query-string parameters must include '");
        buf_add_text(&b, required[i].name);
        buf_add_text(&b, "'.");
    }
    if (b.n) {
        add_sentence(&b, "Re-examine the query-string parameters.");
        return fail(message, buf_text(&b), ERR_INCOMPLETE_SIGNATURE);
    }
    auth->security_token = sigv4_query_value(a, query, "X-Amz-Security-Token");
    return read_expires(sigv4_query_value(a, query, "X-Amz-Expires"), &auth->expires, message);
}

/* "Sun, 30 Aug 2015 12:36:00 GMT", the fixed form of RFC 9110, in basic format; p == NULL when
   the text is something else. */
static struct str basic_of_http_date(struct arena *a, struct str s)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (s.n != 29 || memcmp(s.p + 25, " GMT", 4) != 0)
        return (struct str){NULL, 0};
    for (int month = 0; month < 12; month++) {
        if (memcmp(s.p + 8, months + month * 3, 3) == 0)
            return str_of(arena_printf(a, "%.4s%02d%.2sT%.2s%.2s%.2sZ", s.p + 12, month + 1,
                                       s.p + 5, s.p + 17, s.p + 20, s.p + 23));
    }
    return (struct str){NULL, 0};
}

static int read_date(struct arena *a, struct str date, struct sigv4_auth *auth,
                     const char **message)
{
    struct str http_date = basic_of_http_date(a, date);
    auth->timestamp = http_date.p ? http_date : date;
    if (clock_parse_basic(auth->timestamp.p, auth->timestamp.n, &auth->signed_at))
        return OK;
    return fail(message,
                arena_printf(a,
                             "Date must be in ISO-8601 'basic format'. Got '%s'. "
                             "See http://en.wikipedia.org/wiki/ISO_8601",
                             echo(a, date)),
                ERR_INCOMPLETE_SIGNATURE);
}

bool sigv4_is_signed_header(const struct sigv4_auth *auth, struct str name)
{
    struct str names = auth->signed_headers;
    while (names.p) {
        if (str_eq_fold(str_cut(&names, ';'), name))
            return true;
    }
    return false;
}

static int read_credential(struct arena *a, struct str credential, struct sigv4_auth *auth,
                           const char **message)
{
    struct str *const all[] = {&auth->access_key_id, &auth->date, &auth->region, &auth->service,
                               &auth->terminator};
    struct str *const but_region[] = {all[0], all[1], all[3], all[4]};
    struct str *const *parts = auth->asymmetric ? but_region : all;
    size_t most = auth->asymmetric ? ARRAY_LEN(but_region) : ARRAY_LEN(all), n = 0;
    struct str rest = credential;
    while (rest.n && rest.p[rest.n - 1] == '/')
        rest.n--;
    while (rest.p && n < most)
        *parts[n++] = str_cut(&rest, '/');
    if (n == most && !rest.p)
        return OK;
    return fail(message,
                arena_printf(a,
                             "Credential must have exactly %zu slash-delimited elements, "
                             "e.g. keyid/date/%sservice/term, got '%s'",
                             most, auth->asymmetric ? "" : "region/", echo(a, credential)),
                ERR_INCOMPLETE_SIGNATURE);
}

/* The regions of an asymmetric signature, which are signed with the query or as a header. */
static int read_regions(struct arena *a, const struct sigv4_source *from, struct sigv4_auth *auth,
                        const char **message)
{
    struct str name = STR("x-amz-region-set");
    bool is_signed = sigv4_is_signed_header(auth, name);
    auth->region_set = from->presigned ? sigv4_query_value(a, &from->query, "X-Amz-Region-Set")
                       : is_signed     ? str_trim(request_find_header(from->rq, name))
                                       : (struct str){NULL, 0};
    if (auth->region_set.n == 0)
        return fail(message, "The request requires a signed 'X-Amz-Region-Set'.",
                    ERR_INCOMPLETE_SIGNATURE);
    auth->region = sigv4a_region(from->rq, auth->region_set);
    return OK;
}

int sigv4_read(struct arena *a, const struct sigv4_source *from, struct sigv4_auth *ret,
               const char **message)
{
    struct sigv4_auth auth = {.presigned = from->presigned};
    struct pieces p = {.algorithm = {NULL, 0}};
    if (from->presigned && from->header.p) {
        return fail(message,
                    "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as "
                    "HTTP header.",
                    ERR_SIGNATURE_DOES_NOT_MATCH);
    }
    if (from->presigned)
        TRY(parse_query(a, &from->query, &p, &auth, message));
    else
        TRY(parse_header(a, from, &p, &auth, message));
    TRY(read_date(a, p.date, &auth, message));
    auth.asymmetric = from->other && str_is(p.algorithm, SIGV4A_ALGORITHM);
    if (!auth.asymmetric && !str_is(p.algorithm, SIGV4_ALGORITHM))
        return fail(message,
                    arena_printf(a, "Unsupported AWS 'algorithm': '%s'", echo(a, p.algorithm)),
                    ERR_INCOMPLETE_SIGNATURE);
    TRY(read_credential(a, p.credential, &auth, message));
    auth.signed_headers = p.signed_headers;
    auth.signature = p.signature;
    if (auth.asymmetric)
        TRY(read_regions(a, from, &auth, message));
    *ret = auth;
    return OK;
}

int sigv4_read_signed_by(struct arena *a, struct str date, struct str credential,
                         struct sigv4_auth *auth, const char **message)
{
    TRY(read_date(a, date, auth, message));
    return read_credential(a, credential, auth, message);
}

int sigv4_parse(struct arena *a, const struct request *rq, struct sigv4_auth *ret,
                const char **message)
{
    struct sigv4_source from = {.rq = rq, .header = request_header(rq, "authorization")};
    from.query = sigv4_split_query(a, rq->query);
    from.presigned = sigv4_query_value(a, &from.query, "X-Amz-Algorithm").p != NULL;
    return sigv4_read(a, &from, ret, message);
}

static const char *clock_sentence(struct arena *a, const struct sigv4_auth *auth, const char *state,
                                  const char *relation, int64_t now, int64_t offset)
{
    char limit[CLOCK_TEXT_SIZE], server[CLOCK_TEXT_SIZE];
    int64_t span = offset < 0 ? -offset : offset;
    bool minutes = span % 60 == 0;
    clock_basic(now + offset, limit);
    clock_basic(now, server);
    return arena_printf(a, "Signature %s: %.*s %s %s (%s %c %" PRId64 " %s.)", state,
                        STR_FMT(auth->timestamp), relation, limit, server, offset < 0 ? '-' : '+',
                        minutes ? span / 60 : span, minutes ? "min" : "sec");
}

static int check_clock(struct arena *a, const struct sigv4_auth *auth, int64_t now,
                       const char **message)
{
    if (auth->signed_at > now + SIGV4_CLOCK_SKEW) {
        return fail(message,
                    clock_sentence(a, auth, "not yet current", "is still later than", now,
                                   SIGV4_CLOCK_SKEW),
                    ERR_SIGNATURE_DOES_NOT_MATCH);
    }
    if (auth->signed_at < now - auth->expires)
        return fail(message,
                    clock_sentence(a, auth, "expired", "is now earlier than", now, -auth->expires),
                    ERR_SIGNATURE_DOES_NOT_MATCH);
    return OK;
}

/* Any region will do, real or invented, as long as it looks like one. */
static bool is_region(struct str s)
{
    if (s.n == 0 || s.n > REGION_MAX || ascii_is_digit(s.p[0]) || s.p[0] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool lower = ascii_is_alnum(s.p[i]) && s.p[i] == ascii_lower(s.p[i]);
        if (!lower && s.p[i] != '-')
            return false;
    }
    return true;
}

struct str sigv4_region(const struct sigv4_auth *auth)
{
    return is_region(auth->region) ? auth->region : STR("us-east-1");
}

/* Names everything that is wrong with the scope, in AWS's order. */
static int check_parts(struct arena *a, const struct sigv4_auth *auth, const char **message)
{
    struct str day = {auth->timestamp.p, 8};
    struct buf b = {.arena = a};
    if (!is_region(auth->region))
        add_sentence(&b, "Credential should be scoped to a valid region.");
    if (!str_is(auth->terminator, SIGV4_TERMINATOR)) {
        add_sentence(&b, arena_printf(a,
                                      "Credential should be scoped with a valid terminator: "
                                      "'" SIGV4_TERMINATOR "', not '%s'.",
                                      echo(a, auth->terminator)));
    }
    if (!str_eq(auth->date, day)) {
        add_sentence(&b, arena_printf(a,
                                      "Date in Credential scope does not match YYYYMMDD from "
                                      "ISO-8601 version of date from HTTP: '%s' != '%.*s', from "
                                      "'%.*s'.",
                                      echo(a, auth->date), STR_FMT(day), STR_FMT(auth->timestamp)));
    }
    return b.n ? fail(message, buf_text(&b), ERR_SIGNATURE_DOES_NOT_MATCH) : OK;
}

int sigv4_check_scope(struct arena *a, const struct request *rq, const struct sigv4_auth *auth,
                      int64_t now, const char **message)
{
    TRY(check_clock(a, auth, now, message));
    bool host = sigv4_is_signed_header(auth, STR("host")) && request_header(rq, "host").p;
    if (!host && !auth->post)
        return fail(message,
                    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
                    ERR_SIGNATURE_DOES_NOT_MATCH);
    return check_parts(a, auth, message);
}
