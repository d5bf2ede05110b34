/* SPDX-License-Identifier: Apache-2.0 */
/* Calls as they are observed, without a server: what was decided is said by the test. */
#pragma once

#include "observe/observe.h"
#include "record/record.h"
#include "support/suite.h"

#define WATCH_ACCOUNT "123456789012"
#define WATCH_ALICE "arn:aws:iam::" WATCH_ACCOUNT ":user/alice"

struct watch {
    struct arena arena;
    struct sandbox sandbox;
    struct authz_principal alice;
    int64_t now;
};

static inline void watch_start(struct watch *w, size_t max_bytes, size_t max_of_principal)
{
    const struct observe_options options = {max_bytes, max_of_principal};
    *w = (struct watch){.now = 1000};
    arena_init(&w->arena);
    w->sandbox.observations = observe_new(&options);
    w->alice = (struct authz_principal){
        .kind = PRINCIPAL_USER, .account = WATCH_ACCOUNT, .arn = WATCH_ALICE};
}

static inline void watch_stop(struct watch *w)
{
    observe_free(w->sandbox.observations);
    arena_done(&w->arena);
}

/* A call of WHO with these decisions, which went through or not. */
static inline void watch_call(struct watch *w, const struct authz_principal *who,
                              struct record_decision *decisions, bool allowed)
{
    static const struct record_other other = {.service = "s3", .operation = "GetObject"};
    struct record record = {.request_id = "id",
                            .at = w->now,
                            .principal = who,
                            .region = STR("eu-central-1"),
                            .source_ip = STR("127.0.0.1"),
                            .other = &other,
                            .decisions = decisions,
                            .kind = RECORD_DECIDED,
                            .complete = true,
                            .allowed = allowed};
    struct call c = {.arena = &w->arena, .sandbox = &w->sandbox, .record = &record};
    observe_call(&c);
}

/* One permission of alice's that identity policies decided about. */
static inline void watch_alice(struct watch *w, struct str action, struct str resource,
                               bool allowed)
{
    struct record_decision d = {
        .action = action,
        .resource = resource,
        .decision = {.outcome = allowed ? AUTHZ_ALLOW : AUTHZ_IMPLICIT_DENY,
                     .layer = AUTHZ_LAYER_IDENTITY},
    };
    watch_call(w, &w->alice, &d, allowed);
}
