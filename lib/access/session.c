/* SPDX-License-Identifier: Apache-2.0 */
#include "access/session.h"

/* What sealed messages are bound to; account ids are digits. */
static const char purpose[] = "session";

/* A text is its length, a colon and its bytes; a number is such a text. */
static void put(struct buf *b, const char *text)
{
    buf_add_number(b, strlen(text));
    buf_add_char(b, ':');
    buf_add_text(b, text);
}

static void put_number(struct buf *b, int64_t number)
{
    struct buf digits = buf_new(b->arena, sizeof "-9223372036854775808");
    buf_add_int(&digits, number);
    put(b, buf_text(&digits));
}

/* AWS undocumented: how it packs, and how much room there is. */
int64_t session_packed_size(struct arena *a, const struct session *s)
{
    enum { ROOM = 2048 };
    struct buf b = buf_new(a, 512);
    buf_add_text(&b, s->policy);
    for (size_t i = 0; i < s->n_policy_arns; i++)
        buf_add_text(&b, s->policy_arns[i]);
    for (size_t i = 0; i < s->n_tags; i++) {
        buf_add_text(&b, s->tags[i].key);
        buf_add_text(&b, s->tags[i].value);
    }
    return b.n ? ((int64_t)sealed_packed(a, buf_str(&b)) * 100 + ROOM - 1) / ROOM : 0;
}

/* Hardly any session has any of it: what comes last is left out when it is not there. */
static void put_rest(struct buf *b, const struct session *s)
{
    const char *const texts[] = {s->delegate, s->delivery, s->audience, s->subject};
    size_t n = ARRAY_LEN(texts);
    while (n && !texts[n - 1])
        n--;
    int64_t kinds = s->v1 | s->console << 1 | s->chained << 2;
    if (s->reopened || kinds || n)
        put_number(b, s->reopened);
    if (kinds || n)
        put_number(b, kinds);
    for (size_t i = 0; i < n; i++)
        put(b, texts[i] ? texts[i] : "");
}

char *session_seal(struct arena *a, const unsigned char key[static SEALED_KEY_SIZE],
                   const struct session *s)
{
    struct buf b = buf_new(a, 512);
    put_number(&b, s->kind);
    put(&b, s->key_id);
    put(&b, s->secret);
    put(&b, s->account);
    put(&b, s->owner);
    put(&b, s->name);
    put_number(&b, s->issued);
    put_number(&b, s->expires);
    put_number(&b, s->mfa_at);
    put(&b, s->source_identity);
    put(&b, s->provider);
    put(&b, s->policy);
    put_number(&b, (int64_t)s->n_policy_arns);
    for (size_t i = 0; i < s->n_policy_arns; i++)
        put(&b, s->policy_arns[i]);
    put_number(&b, (int64_t)s->n_tags);
    for (size_t i = 0; i < s->n_tags; i++) {
        put(&b, s->tags[i].key);
        put(&b, s->tags[i].value);
        put_number(&b, s->tags[i].transitive);
    }
    put_rest(&b, s);
    struct str sealed = sealed_bytes(a, key, purpose, buf_str(&b));
    struct buf token = buf_new(a, sealed.n * 4 / 3 + 4);
    buf_base64(&token, (const unsigned char *)sealed.p, sealed.n);
    return token.n <= SESSION_TOKEN_MAX ? buf_text(&token) : NULL;
}

/* The packed fields that are left; p == NULL when one could not be read. */
struct fields {
    struct arena *arena;
    struct str rest;
};

static const char *take(struct fields *f)
{
    int64_t n;
    struct str length = str_cut(&f->rest, ':');
    if (!f->rest.p || !str_to_int64(length, &n) || (uint64_t)n > f->rest.n) {
        f->rest = (struct str){NULL, 0};
        return "";
    }
    const char *text = str_dup(f->arena, (struct str){f->rest.p, (size_t)n});
    f->rest = (struct str){f->rest.p + n, f->rest.n - (size_t)n};
    return text;
}

static int64_t take_number(struct fields *f)
{
    int64_t number = 0;
    if (!str_to_int64(str_of(take(f)), &number))
        f->rest = (struct str){NULL, 0};
    return number;
}

/* NULL where put_rest had nothing. */
static const char *take_rest(struct fields *f)
{
    const char *text = f->rest.n ? take(f) : "";
    return *text ? text : NULL;
}

/* Each of what is counted takes a byte at least. */
static size_t take_count(struct fields *f)
{
    int64_t n = take_number(f);
    if ((uint64_t)n <= f->rest.n)
        return (size_t)n;
    f->rest = (struct str){NULL, 0};
    return 0;
}

static void take_lists(struct fields *f, struct session *ret)
{
    ret->n_policy_arns = take_count(f);
    const char **arns = NEW_ARRAY(f->arena, const char *, ret->n_policy_arns);
    for (size_t i = 0; i < ret->n_policy_arns; i++)
        arns[i] = take(f);
    ret->policy_arns = arns;
    ret->n_tags = take_count(f);
    struct session_tag *tags = NEW_ARRAY(f->arena, struct session_tag, ret->n_tags);
    for (size_t i = 0; i < ret->n_tags; i++) {
        tags[i].key = take(f);
        tags[i].value = take(f);
        tags[i].transitive = take_number(f) != 0;
    }
    ret->tags = tags;
}

bool session_open(struct arena *a, const unsigned char key[static SEALED_KEY_SIZE],
                  struct str token, struct session *ret)
{
    struct buf sealed = buf_new(a, 512);
    if (token.n > SESSION_TOKEN_MAX || !buf_base64_decode(&sealed, token))
        return false;
    struct fields f = {a, sealed_open(a, key, purpose, buf_str(&sealed))};
    if (!f.rest.p)
        return false;
    ret->kind = (enum principal_kind)take_number(&f);
    ret->key_id = take(&f);
    ret->secret = take(&f);
    ret->account = take(&f);
    ret->owner = take(&f);
    ret->name = take(&f);
    ret->issued = take_number(&f);
    ret->expires = take_number(&f);
    ret->mfa_at = take_number(&f);
    ret->source_identity = take(&f);
    ret->provider = take(&f);
    ret->policy = take(&f);
    take_lists(&f, ret);
    ret->reopened = f.rest.n ? take_number(&f) : 0;
    int64_t kinds = f.rest.n ? take_number(&f) : 0;
    ret->v1 = kinds & 1;
    ret->console = kinds & 2;
    ret->chained = kinds & 4;
    ret->delegate = take_rest(&f);
    ret->delivery = take_rest(&f);
    ret->audience = take_rest(&f);
    ret->subject = take_rest(&f);
    return f.rest.p && f.rest.n == 0;
}
