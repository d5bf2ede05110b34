/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/observe.h"

#include <pthread.h>

#include "base/mem.h"
#include "model/arn.h"
#include "observe/observe_priv.h"

enum { OVERHEAD = 64 }; /* bytes of the table and the allocator for each entry */

/* Who was seen to ask for something. */
struct kept_principal {
    struct kept *first, *last; /* in the order in which they were first seen */
    size_t bytes;
    bool forgot; /* something is missing */
    size_t n_arn;
    char arn[];
};

struct observations {
    struct observe_options options;
    pthread_mutex_t lock;  /* guards what follows */
    struct map entries;    /* id -> struct kept */
    struct map principals; /* ARN -> struct kept_principal */
    struct kept *first, *last;
    size_t bytes;
    uint64_t end; /* behind the newest number */
    bool forgot;  /* whole principals */
};

struct observations *observe_new(const struct observe_options *options)
{
    struct observations *o = mem_alloc(sizeof *o);
    o->options = *options;
    o->end = 1;
    pthread_mutex_init(&o->lock, NULL);
    return o;
}

static struct str arn_of(const struct kept_principal *p)
{
    return (struct str){p->arn, p->n_arn};
}

static void drop_principal(struct observations *o, struct kept_principal *p)
{
    map_remove(&o->principals, arn_of(p));
    o->bytes -= sizeof *p + p->n_arn + OVERHEAD;
    mem_free(p);
}

/* Of all that there is. */
static void take_out(struct observations *o, struct kept *kept)
{
    *(kept->older ? &kept->older->newer : &o->first) = kept->newer;
    *(kept->newer ? &kept->newer->older : &o->last) = kept->older;
    map_remove(&o->entries, (struct str){kept->id, kept->n_id});
    o->bytes -= kept->bytes;
}

static void drop_first_of(struct observations *o, struct kept_principal *p)
{
    struct kept *kept = p->first;
    p->first = kept->newer_of_principal;
    p->bytes -= kept->bytes;
    p->forgot = true;
    take_out(o, kept);
    kept_free(kept);
}

/* Whoever has nothing left is forgotten, too. */
static void drop_oldest(struct observations *o)
{
    struct kept_principal *p = o->first->principal;
    drop_first_of(o, p);
    if (p->first)
        return;
    drop_principal(o, p);
    o->forgot = true;
}

void observe_clear(struct observations *o)
{
    pthread_mutex_lock(&o->lock);
    while (o->first)
        drop_oldest(o);
    o->forgot = false;
    pthread_mutex_unlock(&o->lock);
}

void observe_free(struct observations *o)
{
    if (!o)
        return;
    observe_clear(o);
    map_done(&o->entries);
    map_done(&o->principals);
    pthread_mutex_destroy(&o->lock);
    mem_free(o);
}

/* Whose policies the permissions are of: the user, the role of a session. p == NULL: nobody's. */
static struct str holder_of(const struct authz_principal *p)
{
    const char *arn = NULL;
    if (p->account && (p->kind == PRINCIPAL_USER || p->kind == PRINCIPAL_ROLE))
        arn = p->arn;
    else if (p->account && (p->kind == PRINCIPAL_SESSION || p->kind == PRINCIPAL_FEDERATED))
        arn = p->issuer;
    struct arn parsed;
    bool root = arn && arn_parse(str_of(arn), &parsed) && str_is(parsed.resource, "root");
    return arn && !root ? str_of(arn) : (struct str){NULL, 0};
}

/* What the observation is found by. P == NULL: its texts are longer than any that AWS has. */
static struct str id_of(struct arena *a, const struct record *record, struct str holder,
                        const struct record_decision *d)
{
    struct str region = record_asked_in(record, d);
    struct str owner = d->owner.p ? d->owner : STR("");
    const struct authz_principal *p = record->principal;
    if (holder.n > UINT16_MAX || d->action.n > UINT16_MAX || region.n > UINT8_MAX ||
        owner.n > UINT8_MAX)
        return (struct str){NULL, 0};
    struct kept_head head;
    memset(&head, 0, sizeof head); /* what is between its members is compared, too */
    head.outcome = (uint8_t)d->decision.outcome;
    head.layer = (uint8_t)d->decision.layer;
    head.through = record->allowed || record->would_deny;
    head.foreign = owner.n && !str_is(owner, p->account);
    head.mfa = p->mfa_at != 0;
    head.unnamed = d->unnamed;
    head.n_region = (uint8_t)region.n;
    head.n_owner = (uint8_t)owner.n;
    head.n_principal = (uint16_t)holder.n;
    head.n_action = (uint16_t)d->action.n;
    size_t n = sizeof head + holder.n + region.n + owner.n + d->action.n + d->resource.n;
    struct buf b = buf_new(a, n);
    buf_add(&b, (struct str){(const char *)&head, sizeof head});
    buf_add(&b, holder);
    buf_add(&b, region);
    buf_add(&b, owner);
    buf_add(&b, d->action);
    buf_add(&b, d->resource);
    return buf_str(&b);
}

static struct kept_principal *principal_of(struct observations *o, struct str arn)
{
    struct kept_principal *p = map_get(&o->principals, arn);
    if (p)
        return p;
    p = mem_alloc(sizeof *p + arn.n);
    p->n_arn = arn.n;
    p->forgot = o->forgot; /* it may have been here before */
    memcpy(p->arn, arn.p, arn.n);
    map_put(&o->principals, arn_of(p), p);
    o->bytes += sizeof *p + arn.n + OVERHEAD;
    return p;
}

static struct kept *add(struct observations *o, struct str holder, struct str id,
                        const struct record *record)
{
    struct str ip = record->source_ip;
    struct kept *kept = mem_alloc(sizeof *kept + id.n + ip.n);
    struct kept_principal *p = principal_of(o, holder);
    memcpy(kept->id, id.p, id.n);
    if (ip.n)
        memcpy(kept->id + id.n, ip.p, ip.n);
    kept->n_id = id.n;
    kept->n_source_ip = ip.n;
    kept->principal = p;
    kept->number = o->end++;
    kept->first = record->at;
    kept->bytes = sizeof *kept + id.n + ip.n + OVERHEAD;
    p->bytes += kept->bytes;
    o->bytes += kept->bytes;
    kept->older = o->last;
    *(o->last ? &o->last->newer : &o->first) = kept;
    o->last = kept;
    *(p->first ? &p->last->newer_of_principal : &p->first) = kept;
    p->last = kept;
    map_put(&o->entries, (struct str){kept->id, kept->n_id}, kept);
    return kept;
}

/* What comes last always has room. */
static void make_room(struct observations *o, struct kept_principal *p)
{
    while (p->bytes > o->options.max_of_principal && p->first != p->last)
        drop_first_of(o, p);
    while (o->bytes > o->options.max_bytes && o->first != o->last)
        drop_oldest(o);
}

static void note(struct observations *o, struct str holder, struct str id,
                 const struct record *record, const struct record_decision *d)
{
    pthread_mutex_lock(&o->lock);
    struct kept *kept = map_get(&o->entries, id);
    bool is_new = !kept;
    if (is_new)
        kept = add(o, holder, id, record);
    kept->n++;
    kept->last = record->at;
    size_t bytes = kept_note_keys(kept, d);
    kept->bytes += bytes;
    kept->principal->bytes += bytes;
    o->bytes += bytes;
    if (is_new || bytes)
        make_room(o, kept->principal);
    pthread_mutex_unlock(&o->lock);
}

/* What is decided without policies needs none. */
static bool counts(const struct record_decision *d)
{
    bool free = d->decision.outcome == AUTHZ_ALLOW &&
                (d->decision.layer == AUTHZ_LAYER_NONE || d->decision.layer == AUTHZ_LAYER_ROOT);
    return !free && !d->decision.unfinished;
}

void observe_call(struct call *c)
{
    const struct record *record = c->record;
    if (!record || !record->complete || record->kind != RECORD_DECIDED || !record->principal)
        return;
    if (record->other && record->other->asked)
        return;
    struct str holder = holder_of(record->principal);
    if (!holder.p || record->principal->delegate)
        return;
    for (const struct record_decision *d = record->decisions; d; d = d->next) {
        struct str id = counts(d) ? id_of(c->arena, record, holder, d) : (struct str){NULL, 0};
        if (id.p)
            note(c->sandbox->observations, holder, id, record, d);
    }
}

struct observe_cursor observe_begin(struct observations *o, const char *principal)
{
    pthread_mutex_lock(&o->lock);
    const struct kept_principal *p = map_get(&o->principals, str_of(principal));
    struct observe_cursor cursor = {.principal = principal,
                                    .complete = p ? !p->forgot : !o->forgot};
    pthread_mutex_unlock(&o->lock);
    return cursor;
}

/* The next one. What the cursor has seen is there, unless all up to it are gone. */
static const struct kept *next_of(const struct kept_principal *p, const struct observe_cursor *at)
{
    if (!p || !p->first || p->first->number >= at->next)
        return p ? p->first : NULL;
    const struct kept *seen = at->seen;
    return seen->newer_of_principal;
}

size_t observe_read(struct observations *o, struct observe_cursor *cursor, struct arena *a,
                    struct observation *ret, size_t n)
{
    size_t found = 0;
    pthread_mutex_lock(&o->lock);
    const struct kept_principal *p = map_get(&o->principals, str_of(cursor->principal));
    const struct kept *kept = next_of(p, cursor);
    for (; kept && found < n; kept = kept->newer_of_principal) {
        ret[found++] = kept_copy(a, kept);
        cursor->next = kept->number + 1;
        cursor->seen = kept;
    }
    cursor->complete &= p ? !p->forgot : !o->forgot;
    pthread_mutex_unlock(&o->lock);
    return found;
}

/* arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION is one of arn:aws:iam::ACCOUNT:role/PATH/ROLE. */
static bool is_role_of(struct str role, const struct arn *session, struct str name)
{
    struct arn arn;
    struct str kind, of_role;
    return arn_parse(role, &arn) && arn_entity(&arn, &kind, &of_role) && str_is(kind, "role") &&
           str_eq(arn.account, session->account) && str_eq(of_role, name);
}

const char *observe_behind(struct observations *o, struct arena *a, struct str session)
{
    struct arn arn;
    const char *found = NULL;
    const struct map_entry *entry;
    if (!arn_parse(session, &arn) || !str_is(arn.service, "sts"))
        return NULL;
    struct str name = arn.resource;
    if (!str_is(str_cut(&name, '/'), "assumed-role"))
        return NULL;
    name = str_cut(&name, '/');
    pthread_mutex_lock(&o->lock);
    for (size_t at = 0; !found && (entry = map_next(&o->principals, &at)) != NULL;)
        found = is_role_of(entry->key, &arn, name) ? str_dup(a, entry->key) : NULL;
    pthread_mutex_unlock(&o->lock);
    return found;
}
