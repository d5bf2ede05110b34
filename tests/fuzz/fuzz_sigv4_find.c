/* SPDX-License-Identifier: Apache-2.0 */
/* A whole request to another service as text; the first byte tells whether its body came. */
#include "authn/sigv4_post.h"
#include "authn/sigv4a.h"
#include "err.h"
#include "support/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const unsigned char key[SIGV4_KEY_SIZE];
static const struct sigv4a_key point = {.x = {1}, .y = {2}};

static bool verifies(struct arena *a, const struct request *rq, const struct sigv4_auth *auth,
                     const struct sigv4_rules *rules)
{
    if (auth->asymmetric)
        return sigv4a_verify(a, rq, auth, rules, &point);
    return auth->post ? sigv4_post_verify(auth, key) : sigv4_verify(a, rq, auth, rules, key);
}

static int authenticate(struct arena *a, const struct request *rq, bool body, const char **message)
{
    struct sigv4_auth auth;
    struct sigv4_rules rules;
    TRY(sigv4_find(a, rq, body, &auth, message));
    sigv4_rules_of(auth.service, "PutObject", &rules);
    if (verifies(a, rq, &auth, &rules))
        __builtin_trap();
    (void)sigv4_unsigned_headers(a, rq, &auth);
    if (auth.post)
        TRY(sigv4_post_check(a, &auth, STR("bucket"), auth.signed_at, message));
    else
        TRY(sigv4_settle_payload(a, rq, body, &rules, &auth, message));
    return sigv4_check_scope(a, rq, &auth, auth.signed_at, message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    const char *message = NULL;
    if (size == 0)
        return 0;
    arena_init(&a);
    const struct request *rq = wire_request(&a, (struct str){(const char *)data + 1, size - 1});
    int code = rq ? authenticate(&a, rq, data[0] & 1, &message) : ERR_NOT_FOUND;
    if (code != OK && code != ERR_NOT_FOUND && !message)
        __builtin_trap();
    arena_done(&a);
    return 0;
}
