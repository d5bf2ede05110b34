/* SPDX-License-Identifier: Apache-2.0 */
#include "access/mfa.h"

#include "access/mfa_attempts.h"
#include "access/totp.h"
#include "authz/authz.h"
#include "entities.h"
#include "queries.h"

/* The steps whose codes are taken. */
struct span {
    int64_t first, last;
    int64_t ahead; /* steps beyond are of a clock that was set back since */
};

/* AWS undocumented: how long codes are good, and how far devices may be off when they are enabled
   or set again. */
static struct span span_of(const struct call *c, const struct mfa_row *device,
                           enum mfa_window window)
{
    int64_t center = c->now / TOTP_SECONDS + device->drift;
    struct span span = {center - (int64_t)window, center + (int64_t)window,
                        center + MFA_WINDOW_ENABLE};
    if (span.first <= device->last_step && device->last_step <= span.ahead)
        span.first = device->last_step + 1;
    return span;
}

bool mfa_find(const struct call *c, const struct mfa_row *device, const char *const *codes,
              size_t n, enum mfa_window window, int64_t *ret)
{
    struct span span = span_of(c, device, window);
    return totp_find(str_of(device->seed), codes, n, span.first, span.last, ret);
}

int mfa_take(struct call *c, const struct mfa_row *device, int64_t step, size_t n,
             enum mfa_window window)
{
    struct span span = span_of(c, device, window);
    int64_t now = c->now / TOTP_SECONDS, last = step + (int64_t)n - 1;
    if (step < span.first || step > span.last)
        return ERR_NOT_FOUND;
    TRY(q_mfa_accept(c->tx, &(struct q_mfa_accept){.account = c->account,
                                                   .serial_key = call_fold(c, device->serial),
                                                   .step = last,
                                                   .drift = n > 1 ? last - now : device->drift,
                                                   .ahead = span.ahead}));
    return c->tx->changes == 0 ? ERR_NOT_FOUND : OK;
}

/* What the code is instead of one of now, as the sandbox's clock has it. Only codes that
   are of no time count as wrong. */
static const char *why_not(const struct call *c, const struct mfa_row *device, const char *code)
{
    enum { NEAR = 240 }; /* steps: two hours each way */
    int64_t now = c->now / TOTP_SECONDS + device->drift, step;
    if (!totp_find(str_of(device->seed), &code, 1, now - NEAR, now + NEAR, &step)) {
        mfa_attempts_failed(c->sandbox->mfa_attempts, str_of(device->seed), c->now);
        return "It is no code of this device, not even of two hours around the sandbox's clock.";
    }
    if (step <= device->last_step && device->last_step <= now + MFA_WINDOW_ENABLE)
        return "This code, or a later one, has been used.";
    return step < now ? "The code is of a time that is over on the sandbox's clock."
                      : "The code is of a time that is still to come on the sandbox's clock.";
}

int mfa_try(struct call *c, const struct mfa_row *device, const char *code)
{
    struct str seed = str_of(device->seed);
    int64_t next = mfa_attempts_next(c->sandbox->mfa_attempts, seed, c->now);
    if (next > c->now) {
        char at[CLOCK_TEXT_SIZE];
        clock_iso8601(next, at);
        c->reason = arena_printf(c->arena,
                                 "Too many wrong codes: the device takes the next one at %s of "
                                 "the sandbox's clock.",
                                 at);
        return ERR_NOT_FOUND;
    }
    int64_t step;
    int accepted = mfa_find(c, device, &code, 1, MFA_WINDOW_USE, &step)
                       ? mfa_take(c, device, step, 1, MFA_WINDOW_USE)
                       : ERR_NOT_FOUND;
    if (accepted == ERR_NOT_FOUND)
        c->reason = why_not(c, device, code);
    else if (accepted == OK)
        mfa_attempts_succeeded(c->sandbox->mfa_attempts, seed);
    return accepted;
}

/*
 * The device has to be one of the caller: of the user, with long-term keys or those of
 * GetSessionToken, or of the root user. AWS undocumented: that sessions of roles and federated
 * users, who have none, are told the same.
 */
static int check(struct call *c, const char *serial, const char *code)
{
    struct mfa_row *device;
    int found = serial && code ? entity_mfa(c, serial, &device) : ERR_NOT_FOUND;
    if (found != OK && found != ERR_NOT_FOUND)
        return found;
    bool own = found == OK && device->owner && strcmp(device->owner, c->principal->id) == 0;
    if (!own || !*device->seed) {
        c->reason = !serial || !code ? "SerialNumber and TokenCode go together."
                    : own            ? "FIDO security keys show no codes: they are for sign-ins."
                    : found == OK    ? "The device is not one of the caller."
                                     : "There is no such device in the caller's account.";
        return call_fail(c, ERR_ACCESS_DENIED,
                         "MultiFactorAuthentication failed, unable to validate MFA code.  Please "
                         "verify your MFA serial number is valid and associated with this user.");
    }
    int accepted = mfa_try(c, device, code);
    if (accepted != ERR_NOT_FOUND)
        return accepted;
    return call_fail(c, ERR_ACCESS_DENIED,
                     "MultiFactorAuthentication failed with invalid MFA one time pass code.");
}

static const char *member(const void *in, uint16_t offset)
{
    return *(const char *const *)((const char *)in + offset);
}

bool mfa_is_given(const struct call *c, const void *in)
{
    const struct api_mfa *mfa = c->op->mfa;
    return mfa && (member(in, mfa->serial) || member(in, mfa->code));
}

int mfa_prove(struct call *c, const char *serial, const char *code)
{
    struct tx tx, *own = c->tx;
    TRY(store_begin(c->sandbox->store, true, c->arena, &tx));
    c->tx = &tx;
    int checked = check(c, serial, code);
    c->tx = own;
    TRY(store_end(&tx, checked == OK));
    return checked;
}

int mfa_check(struct call *c, const void *in)
{
    const struct api_mfa *mfa = c->op->mfa;
    if (!mfa_is_given(c, in))
        return OK;
    int checked = mfa_prove(c, member(in, mfa->serial), member(in, mfa->code));
    c->mfa_at = checked == OK ? c->now : 0;
    return checked;
}
