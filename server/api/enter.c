/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/enter.h"

#include "model/ids.h"
#include "observe/observe.h"
#include "record/record.h"
#include "server/server.h"

/* Called once the sandbox is entered; perhaps even before the flow has come to PLACE_GATE. */
static void let_in(struct gate_waiter *waiter, bool in)
{
    struct flow *f = (struct flow *)((char *)waiter - offsetof(struct flow, waiter));
    f->entered = in && !f->call.ends;
    f->shut = !in;
    if (atomic_exchange(&f->met, true))
        f->go(f);
}

const char *enter_request_id(struct sandbox *sandbox, struct arena *a)
{
    char *id = arena_alloc(a, UUID_SIZE);
    uuid_new(&sandbox->rand, id);
    return id;
}

int enter_arrive(struct flow *f)
{
    struct call *c = &f->call;
    if (!c->request_id) {
        c->request_id = enter_request_id(c->sandbox, c->arena);
        c->arrived_us = clock_monotonic_us();
    }
    c->now = clock_now(&c->sandbox->clock);
    c->enforcement = (enum enforcement)atomic_load(&c->sandbox->enforcement);
    return OK;
}

/* Gives back a reference. */
static void drop(struct sandbox **held)
{
    sandbox_release(*held);
    *held = NULL;
}

/* Before anything is known of the request but its path. */
static int refuse_sandbox(struct flow *f)
{
    struct arena *a = f->call.arena;
    struct str name = f->call.rq->prefix, none = STR("of this name");
    for (int i = 0; i < 2; i++) /* "", "_sandbox" */
        str_cut(&name, '/');
    const char *message =
        arena_printf(a, "There is no sandbox %.*s: PUT /_iam-local/sandboxes/NAME makes one.",
                     STR_FMT(sandbox_name_ok(name) ? name : none));
    enter_arrive(f);
    protocol_guess(f->call.rq, &f->exchange);
    return call_fail(&f->call, ERR_NO_SUCH_SANDBOX, "%s", message);
}

/* Where it is no usual one, the operation is known by now. */
static enum api_entry entry_of(const struct flow *f)
{
    return f->call.op ? f->call.op->entry : API_AMONG_OTHERS;
}

/* A reference to the sandbox that the request is to delete, and may; or NULL. */
static struct sandbox *find_end(struct flow *f)
{
    struct call *c = &f->call;
    if (entry_of(f) != API_ENDS || f->exchange.protocol->guard(c, &f->exchange) < 0)
        return NULL;
    struct str name = api_route_part(f->exchange.way, c->rq->path, "name");
    return str_is(name, f->server->sandbox->name) ? NULL
                                                  : sandboxes_find(f->server->sandboxes, name);
}

/* Asks for the gate that the request has to come through. */
static enum gate_answer ask(struct flow *f)
{
    enum api_entry entry = entry_of(f);
    f->waiter = (struct gate_waiter){.alone = entry == API_ALONE, .go = let_in};
    f->call.ends = find_end(f);
    if (f->call.ends)
        return gate_end(&f->call.ends->gate, &f->waiter);
    return entry == API_APART || entry == API_ENDS ? GATE_IN
                                                   : gate_ask(&f->call.sandbox->gate, &f->waiter);
}

int enter_stage(struct flow *f)
{
    enum api_entry entry = entry_of(f);
    if (f->shut)
        return refuse_sandbox(f);
    if (f->waiter.go) /* once more */
        return OK;
    f->wants = PLACE_GATE;
    enum gate_answer answer = ask(f);
    if (answer == GATE_WAIT)
        return STAGE_AGAIN;
    f->entered = answer == GATE_IN && (entry == API_AMONG_OTHERS || entry == API_ALONE);
    f->shut = answer == GATE_ENDED && !f->call.ends;
    if (answer == GATE_ENDED)
        drop(&f->call.ends);
    return f->shut ? refuse_sandbox(f) : OK;
}

void enter_choose(struct flow *f, const struct request *rq)
{
    struct request inner = *rq;
    struct str name = request_cut_prefix(&inner);
    struct sandbox *named = name.p ? sandboxes_find(f->server->sandboxes, name) : NULL;
    f->shut = name.p && !named;
    f->call.sandbox = named ? named : sandbox_keep(f->server->sandbox);
    if (name.p) {
        struct request *behind = NEW(f->call.arena, struct request);
        *behind = inner;
        f->call.rq = behind;
    }
}

static void leave_gate(struct flow *f)
{
    observe_call(&f->call);
    record_end(&f->call);
    caller_release(&f->caller);
    if (f->entered && f->waiter.alone)
        gate_open(&f->call.sandbox->gate);
    else if (f->entered && !f->inner)
        gate_leave(&f->call.sandbox->gate);
    f->entered = false;
}

void enter_again(struct flow *f)
{
    struct call *c = &f->call;
    leave_gate(f);
    f->stage = 0;
    f->waiter = (struct gate_waiter){.go = NULL};
    atomic_store(&f->met, false);
    f->exchange = (struct exchange){.protocol = NULL};
    *c = (struct call){.arena = c->arena,
                       .server = c->server,
                       .sandbox = c->sandbox,
                       .rq = c->rq,
                       .request_id = c->request_id,
                       .arrived_us = c->arrived_us,
                       .wanted = c->wanted};
    protocol_find(c, &f->exchange);
}

void enter_leave(struct flow *f)
{
    leave_gate(f);
    if (f->call.ends) /* even if the answer is that something went wrong */
        sandboxes_remove(f->server->sandboxes, f->call.ends);
    drop(&f->call.ends);
    drop(&f->call.sandbox);
}
