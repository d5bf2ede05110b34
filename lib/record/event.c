/* SPDX-License-Identifier: Apache-2.0 */
#include "record/event_priv.h"

#include "base/mem.h"
#include "model/arn.h"
#include "shape/copy.h"

enum { MEMBERS_MAX = 100 * 1024 }; /* bytes; CloudTrail leaves out what is larger */

/* Signed by somebody we know, or shown a token of an identity provider; for a service of AWS. */
static bool is_told(const struct record *r)
{
    return r->op && r->op->callers == API_PRINCIPALS && r->account &&
           (r->principal || r->op->unsigned_call);
}

/* An event that is being made. */
struct draft {
    const struct record *record;
    const char *account;
    size_t claimed, parameters, elements; /* bytes of each */
};

static size_t size_of(const struct shape *shape, const void *v)
{
    struct pack p = {.to = NULL};
    if (shape && v && shape->n)
        shape_copy(&p, shape, v);
    return p.n;
}

/* SIZE bytes of V. */
static struct event_members pack_members(struct pack *p, const struct shape *shape, const void *v,
                                         size_t size)
{
    if (size == 0 || size > MEMBERS_MAX)
        return (struct event_members){NULL, size};
    if (p->to)
        return (struct event_members){shape_copy(p, shape, v), 0};
    p->n += size;
    return (struct event_members){NULL, 0};
}

/* What was not verified is not told: then nobody knows who called. */
static struct event_caller pack_caller(struct pack *p, const struct record *r)
{
    static const struct authz_principal nobody = {.kind = PRINCIPAL_ANONYMOUS};
    const struct authz_principal *from = r->principal ? r->principal : &nobody;
    return (struct event_caller){
        .kind = from->kind,
        .temporary = from->temporary,
        .assumed_root = authz_assumed_root(from),
        .mfa = from->mfa_at != 0,
        .issued = from->issued,
        .account = pack_text(p, from->account),
        .arn = pack_text(p, from->arn),
        .id = pack_text(p, from->id),
        .name = pack_text(p, from->kind == PRINCIPAL_ROOT ? from->alias : from->name),
        .issuer = pack_text(p, from->issuer),
        .issuer_id = pack_text(p, r->issuer_id),
        .source_identity = pack_text(p, from->source_identity),
        .delivery = pack_text(p, r->delivery),
        .delegate = pack_text(p, from->delegate),
        .provider = pack_text(p, from->provider ? from->provider : r->bearer.provider),
        .subject = pack_text(p, r->bearer.subject),
        .audience = pack_text(p, r->bearer.audience),
        .qualifier = pack_text(p, r->bearer.qualifier),
        .access_key_id = pack_str(p, r->access_key_id),
    };
}

static struct record_told pack_told(struct pack *p, const struct record_told *from)
{
    struct record_told made = *from;
    made.parameters = pack_text(p, from->parameters);
    made.elements = pack_text(p, from->elements);
    made.data = pack_text(p, from->data);
    return made;
}

/* All but ids and number. */
static struct event pack_event(struct pack *p, const struct draft *draft)
{
    const struct record *r = draft->record;
    const struct api_op *op = r->op;
    return (struct event){
        .at = r->at,
        .request_id = pack_text(p, r->request_id),
        .sandbox = pack_text(p, r->sandbox),
        .account = pack_text(p, draft->account),
        .foreign = draft->account != r->account,
        .caller = pack_caller(p, r),
        .op = op,
        .told = pack_told(p, &r->told),
        .console = r->console,
        .region = pack_str(p, r->region),
        .source_ip = pack_str(p, r->source_ip),
        .user_agent = pack_str(p, r->user_agent),
        .host = pack_str(p, r->host),
        .code = r->code,
        .message = pack_text(p, r->message),
        .names_root = r->names_root,
        .claimed_shape = r->claimed_shape,
        .claimed = pack_members(p, r->claimed_shape, r->claimed, draft->claimed),
        .parameters = pack_members(p, op ? op->in : NULL, r->in, draft->parameters),
        .elements = pack_members(p, op ? op->out : NULL, r->out, draft->elements),
    };
}

static struct event *make(const struct draft *draft, struct rand *ids)
{
    struct pack p = {.to = NULL};
    pack_event(&p, draft);
    size_t size = sizeof(struct event) + p.n;
    struct event *event = mem_alloc(size);
    p = (struct pack){.to = (char *)(event + 1)};
    *event = pack_event(&p, draft);
    event->size = size;
    uuid_new(ids, event->id);
    atomic_store_explicit(&event->refs, 1, memory_order_relaxed);
    return event;
}

struct str event_resource(const struct api_op *op, const void *in)
{
    if (!op->recorded.type || !in)
        return STR("");
    const char *arn =
        *(const char *const *)(const void *)((const char *)in + op->recorded.resource);
    return arn ? str_of(arn) : STR("");
}

/* The account, of ACCOUNT_SIZE, that owns what was used from another one; false: none does. */
static bool find_owner(const struct record *r, char ret[static ACCOUNT_SIZE])
{
    struct arn arn;
    bool other = r->code == OK && arn_parse(event_resource(r->op, r->in), &arn) &&
                 account_id_ok(arn.account) && !str_is(arn.account, r->account);
    if (other) {
        memcpy(ret, arn.account.p, arn.account.n);
        ret[arn.account.n] = '\0';
    }
    return other;
}

/* CloudTrail User Guide, "CloudTrail record contents", sharedEventID: who owns the role sees that
   it was assumed from another account, and nothing of what was refused there. */
size_t event_make(const struct record *record, struct rand *ids, struct event *ret[static 2])
{
    char owner[ACCOUNT_SIZE];
    const struct api_op *op = record->op;
    if (!record->told.name && !is_told(record))
        return 0;
    bool answers = op && op->recorded.answer && record->code == OK;
    struct draft draft = {.record = record,
                          .account = record->account,
                          .claimed = size_of(record->claimed_shape, record->claimed),
                          .parameters = op ? size_of(op->in, record->in) : 0,
                          .elements = answers ? size_of(op->out, record->out) : 0};
    ret[0] = make(&draft, ids);
    if (!op || !find_owner(record, owner))
        return 1;
    draft.account = owner;
    ret[1] = make(&draft, ids);
    uuid_new(ids, ret[0]->shared_id);
    memcpy(ret[1]->shared_id, ret[0]->shared_id, UUID_SIZE);
    return 2;
}

const struct event *event_hold(const struct event *event)
{
    atomic_fetch_add_explicit(&((struct event *)(uintptr_t)event)->refs, 1, memory_order_relaxed);
    return event;
}

void event_release(const struct event *event)
{
    struct event *mine = (struct event *)(uintptr_t)event;
    if (mine && atomic_fetch_sub_explicit(&mine->refs, 1, memory_order_acq_rel) == 1)
        mem_free(mine);
}
