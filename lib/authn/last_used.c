/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/last_used.h"

#include <pthread.h>

#include "base/cache.h"
#include "base/map.h"
#include "base/mem.h"
#include "model/ids.h"
#include "queries.h"

enum {
    WORD = 64,           /* services and regions are short; longer ones were refused before */
    PASSWORD_SPAN = 300, /* seconds */
    TOGETHER = 64,       /* uses written in one transaction: less than a millisecond */
};

struct usage {
    int64_t at;
    char service[WORD], region[WORD];
    char key_id[];
};

struct last_used {
    pthread_mutex_t lock;
    struct map pending; /* key id, or "OWNER ACTION", -> struct usage */
};

/* Ids have 21 characters at most, and names of operations 64. */
enum { ACCESS_SIZE = 96 };

struct last_used *last_used_new(void)
{
    struct last_used *used = mem_alloc(sizeof *used);
    pthread_mutex_init(&used->lock, NULL);
    return used;
}

static void free_all(struct map *pending)
{
    const struct map_entry *entry;
    for (size_t at = 0; (entry = map_next(pending, &at)) != NULL;)
        mem_free(entry->value);
    map_done(pending);
}

void last_used_free(struct last_used *used)
{
    if (!used)
        return;
    free_all(&used->pending);
    pthread_mutex_destroy(&used->lock);
    mem_free(used);
}

void last_used_clear(struct last_used *used)
{
    pthread_mutex_lock(&used->lock);
    free_all(&used->pending);
    pthread_mutex_unlock(&used->lock);
}

static void set_word(char *ret, struct str word)
{
    size_t n = word.n < WORD ? word.n : WORD - 1;
    memcpy(ret, word.p, n);
    ret[n] = '\0';
}

void last_used_note(struct last_used *used, struct str key_id, int64_t at, struct str service,
                    struct str region)
{
    pthread_mutex_lock(&used->lock);
    struct usage *usage = map_get(&used->pending, key_id);
    if (!usage) {
        usage = mem_alloc(sizeof *usage + key_id.n + 1);
        memcpy(usage->key_id, key_id.p, key_id.n);
        map_put(&used->pending, (struct str){usage->key_id, key_id.n}, usage);
    }
    usage->at = at;
    set_word(usage->service, service);
    set_word(usage->region, region);
    pthread_mutex_unlock(&used->lock);
}

void last_used_note_access(struct last_used *used, struct str owner, int64_t at, struct str service,
                           struct str action, struct str region)
{
    char key[ACCESS_SIZE];
    ENSURE(owner.n + action.n + 1 <= sizeof key);
    memcpy(key, owner.p, owner.n);
    key[owner.n] = ' ';
    memcpy(key + owner.n + 1, action.p, action.n);
    last_used_note(used, (struct str){key, owner.n + 1 + action.n}, at, service, region);
}

void last_used_note_password(struct last_used *used, struct str owner, int64_t at, int64_t stored)
{
    pthread_mutex_lock(&used->lock);
    const struct usage *usage = map_get(&used->pending, owner);
    int64_t last = usage ? usage->at : stored;
    pthread_mutex_unlock(&used->lock);
    if (at < last || last + PASSWORD_SPAN <= at)
        last_used_note(used, owner, at, STR(""), STR(""));
}

bool last_used_get(struct last_used *used, struct arena *a, struct str key_id,
                   struct key_usage *ret)
{
    pthread_mutex_lock(&used->lock);
    const struct usage *usage = map_get(&used->pending, key_id);
    if (usage)
        *ret = (struct key_usage){usage->at, arena_strdup(a, usage->service),
                                  arena_strdup(a, usage->region)};
    pthread_mutex_unlock(&used->lock);
    return usage != NULL;
}

static bool is_access(const struct usage *usage)
{
    return strchr(usage->key_id, ' ') != NULL;
}

static bool is_role(const struct usage *usage)
{
    return str_starts(str_of(usage->key_id), STR("AROA")) && !is_access(usage);
}

static bool is_user(const struct usage *usage)
{
    return str_starts(str_of(usage->key_id), STR("AIDA"));
}

static int write_access(struct tx *tx, const struct usage *usage)
{
    struct str action = str_of(usage->key_id), owner = str_cut(&action, ' ');
    return q_access_note(tx, &(struct q_access_note){.owner = str_dup(tx->arena, owner),
                                                     .service = usage->service,
                                                     .action = action.p,
                                                     .at = usage->at,
                                                     .region = usage->region});
}

static int write_one(struct tx *tx, const struct usage *usage)
{
    if (is_access(usage))
        return write_access(tx, usage);
    if (is_user(usage))
        return q_user_password_used(tx, &(struct q_user_password_used){usage->key_id, usage->at});
    if (account_id_ok(str_of(usage->key_id)))
        return q_account_password_used(tx,
                                       &(struct q_account_password_used){usage->key_id, usage->at});
    if (is_role(usage))
        return q_role_used(tx, &(struct q_role_used){
                                   .id = usage->key_id, .at = usage->at, .region = usage->region});
    return q_key_used(tx, &(struct q_key_used){.id = usage->key_id,
                                               .at = usage->at,
                                               .service = usage->service,
                                               .region = usage->region});
}

/* Some of them, from *AT on, in one transaction, which others that write wait for. */
static int write_some(struct store *store, struct arena *a, const struct map *pending, size_t *at,
                      bool *ret_more)
{
    struct tx tx;
    const struct map_entry *entry = NULL;
    int code = OK;
    TRY(store_begin(store, true, a, &tx));
    for (int n = 0; code == OK && n < TOGETHER && (entry = map_next(pending, at)) != NULL; n++)
        code = write_one(&tx, entry->value);
    int end = store_end(&tx, code == OK);
    *ret_more = entry != NULL;
    return code < 0 ? code : end;
}

static int write_all(struct store *store, struct arena *a, const struct map *pending)
{
    size_t at = 0;
    bool more = true;
    while (more)
        TRY(write_some(store, a, pending, &at, &more));
    return OK;
}

/* What is known of roles and users shows their use. */
static void publish(struct cache *entities, const struct map *written)
{
    const struct map_entry *entry;
    for (size_t at = 0; (entry = map_next(written, &at)) != NULL;) {
        const struct usage *usage = entry->value;
        if (is_role(usage) || is_user(usage))
            cache_invalidate(entities, usage->key_id);
    }
}

/* Puts back what could not be written, unless newer use has been noted meanwhile. */
static void put_back(struct last_used *used, const struct map *unwritten)
{
    const struct map_entry *entry;
    for (size_t at = 0; (entry = map_next(unwritten, &at)) != NULL;) {
        struct usage *usage = entry->value;
        if (!map_get(&used->pending, entry->key))
            map_put(&used->pending, (struct str){usage->key_id, entry->key.n}, usage);
        else
            mem_free(usage);
    }
}

int last_used_flush(struct last_used *used, struct store *store, struct cache *entities,
                    struct arena *a)
{
    pthread_mutex_lock(&used->lock);
    struct map pending = used->pending;
    used->pending = (struct map){.n = 0};
    pthread_mutex_unlock(&used->lock);
    if (pending.n == 0) {
        map_done(&pending);
        return OK;
    }
    int code = write_all(store, a, &pending);
    publish(entities, &pending); /* some of it was written, perhaps, even if not all was */
    if (code == OK) {
        free_all(&pending);
        return OK;
    }
    pthread_mutex_lock(&used->lock);
    put_back(used, &pending);
    pthread_mutex_unlock(&used->lock);
    map_done(&pending);
    return code;
}
