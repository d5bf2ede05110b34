/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/credential_priv.h"

#include "authn/sigv4a.h"
#include "base/mem.h"
#include "model/ids.h"
#include "queries.h"

enum { SESSION_BYTES = 2048 }; /* most sessions are not larger */

static void credential_destroy(struct cached *entry)
{
    struct credential *credential = (struct credential *)entry;
    pthread_mutex_destroy(&credential->lock);
    arena_done(&credential->arena);
    mem_free(credential);
}

/* The rest of a credential whose id and owner are set. TEXTS: bytes that are not in the arena. */
static void finish_credential(struct credential *made, size_t texts)
{
    made->base.size = sizeof *made + texts + made->arena.total;
    pthread_mutex_init(&made->lock, NULL);
    made->base.key = str_of(made->id);
    made->base.deps = made->deps;
    made->base.n_deps = 1;
    made->base.destroy = credential_destroy;
}

static struct credential *credential_new(const struct key_row *row)
{
    size_t n_id = strlen(row->id) + 1, n_owner = strlen(row->owner) + 1;
    size_t n_secret = strlen(row->secret) + 1;
    struct credential *made = mem_alloc(sizeof *made + n_id + n_owner + n_secret);
    made->id = memcpy(made->texts, row->id, n_id);
    made->owner = memcpy(made->texts + n_id, row->owner, n_owner);
    made->secret = memcpy(made->texts + n_id + n_owner, row->secret, n_secret);
    made->kind = account_id_ok(str_of(made->owner)) ? CRED_ROOT_KEY : CRED_USER_KEY;
    made->active = strcmp(row->status, "Active") == 0;
    made->deps[0] = made->id;
    arena_init(&made->arena);
    finish_credential(made, n_id + n_owner + n_secret);
    return made;
}

/* NULL: the token is none of this sandbox, or another key's. */
static struct credential *credential_of_token(struct sandbox *sandbox, struct str id,
                                              struct str token)
{
    struct credential *made = mem_alloc(sizeof *made);
    struct arena *a = &made->arena;
    arena_init_small(a, SESSION_BYTES);
    if (!session_open(a, sandbox->session_key, token, &made->session) ||
        !str_is(id, made->session.key_id)) {
        arena_done(a);
        mem_free(made);
        return NULL;
    }
    made->kind = CRED_SESSION;
    made->active = true;
    made->id = made->session.key_id;
    made->owner = made->session.owner;
    made->secret = made->session.secret;
    made->token = (struct str){str_dup(a, token), token.n};
    made->deps[0] = made->owner;
    finish_credential(made, 0);
    return made;
}

static int read_key(struct sandbox *sandbox, struct arena *a, const char *id, struct key_row *ret)
{
    struct tx tx;
    TRY(store_begin(sandbox->store, false, a, &tx));
    int code = q_key_get(&tx, &(struct q_key_get){.id = id}, ret);
    int end = store_end(&tx, true);
    return code < 0 ? code : end;
}

/* A key of STS is known by its token alone. */
int credential_acquire_session(struct sandbox *sandbox, struct str id, struct str token,
                               struct credential **ret)
{
    *ret = (struct credential *)cache_acquire(sandbox->credentials, id);
    if (*ret) {
        bool same = token.p && secret_equal(token, (*ret)->token);
        if (!same)
            cached_release(&(*ret)->base);
        return same ? OK : ERR_NOT_FOUND;
    }
    uint64_t ticket = cache_ticket(sandbox->credentials);
    struct credential *made = token.p ? credential_of_token(sandbox, id, token) : NULL;
    if (!made)
        return ERR_NOT_FOUND;
    *ret = (struct credential *)cache_insert(sandbox->credentials, &made->base, ticket);
    return OK;
}

int credential_acquire(struct sandbox *sandbox, struct arena *a, const struct sigv4_auth *auth,
                       struct credential **ret)
{
    struct str id = auth->access_key_id;
    if (str_starts(id, STR("ASIA")))
        return credential_acquire_session(sandbox, id, auth->security_token, ret);
    *ret = (struct credential *)cache_acquire(sandbox->credentials, id);
    if (*ret)
        return OK;
    uint64_t ticket = cache_ticket(sandbox->credentials);
    struct key_row row;
    TRY(read_key(sandbox, a, str_dup(a, id), &row));
    struct credential *made = credential_new(&row);
    *ret = (struct credential *)cache_insert(sandbox->credentials, &made->base, ticket);
    return OK;
}

/* The scope as text. sigv4_check_scope has seen to it that none is too long. */
static void scope_text(const struct sigv4_auth *auth, char ret[static SCOPE_SIZE])
{
    size_t n = auth->date.n + auth->region.n + auth->service.n + 3;
    ENSURE(n <= SCOPE_SIZE);
    const struct str parts[] = {auth->date, auth->region, auth->service};
    char *p = ret;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        memcpy(p, parts[i].p, parts[i].n);
        p += parts[i].n;
        *p++ = '/';
    }
    p[-1] = '\0';
}

void credential_signing_key(struct credential *credential, const struct sigv4_auth *auth,
                            unsigned char ret[static SIGV4_KEY_SIZE])
{
    char text[SCOPE_SIZE];
    scope_text(auth, text);
    pthread_mutex_lock(&credential->lock);
    struct signing_scope *slot = NULL;
    for (size_t i = 0; i < SCOPES && !slot; i++) {
        if (strcmp(credential->scopes[i].text, text) == 0)
            slot = &credential->scopes[i];
    }
    if (slot)
        memcpy(ret, slot->key, SIGV4_KEY_SIZE);
    pthread_mutex_unlock(&credential->lock);
    if (slot)
        return;
    sigv4_signing_key(str_of(credential->secret), auth->date, auth->region, auth->service, ret);
    pthread_mutex_lock(&credential->lock);
    slot = &credential->scopes[credential->next_scope++ % SCOPES];
    memcpy(slot->text, text, sizeof slot->text);
    memcpy(slot->key, ret, SIGV4_KEY_SIZE);
    pthread_mutex_unlock(&credential->lock);
}

void credential_public_key(struct credential *credential, struct sigv4a_key *ret)
{
    pthread_mutex_lock(&credential->lock);
    bool known = credential->has_public_key;
    if (known)
        *ret = credential->public_key;
    pthread_mutex_unlock(&credential->lock);
    if (known)
        return;
    sigv4a_key_of(str_of(credential->id), str_of(credential->secret), ret);
    pthread_mutex_lock(&credential->lock);
    credential->public_key = *ret;
    credential->has_public_key = true;
    pthread_mutex_unlock(&credential->lock);
}
