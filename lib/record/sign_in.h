/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What signing in leaves in the events: records of signin.amazonaws.com, most of which are of no
 * operation (CloudTrail User Guide, "AWS Management Console sign-in events").
 */
#pragma once

#include "record/record.h"

enum record_sign_in_name {
    RECORD_CONSOLE_LOGIN,
    RECORD_CHECK_MFA,        /* before the code is asked for */
    RECORD_PASSWORD_UPDATED, /* of a root user */
    RECORD_SWITCH_ROLE,
    RECORD_EXIT_ROLE,
    RECORD_RENEW_ROLE,
    RECORD_GET_SIGNIN_TOKEN,
    RECORD_SIGN_IN_COUNT
};

/* Why a sign-in failed. Root users have the first. */
extern const char record_wrong[];   /* password, or code */
extern const char record_unknown[]; /* there is no user of that name: WHO has none, nor an id */

/* Texts that do not belong to the event are NULL. */
struct record_sign_in {
    enum record_sign_in_name name;
    const struct authz_principal *who; /* kind and account, which exists; what else is known */
    const char *issuer_id;             /* of a session: the id of the role or user behind it */
    const char *failure;               /* errorMessage, without an errorCode; NULL: it went well */
    /* ConsoleLogin */
    const char *login_to; /* where to, a URL */
    bool mfa_used;        /* a code was shown, right or wrong */
    const char *mfa;      /* serial number of the device that took it */
    /* CheckMfa */
    const char *mfa_type; /* "Virtual MFA", "Multiple MFA Devices", "U2F MFA" */
    /* SwitchRole, ExitRole, RenewRole: WHO is the session of the role */
    const char *switch_from; /* ARN of who switches, or renews */
    const char *redirect_to; /* a URL */
};

/*
 * Notes it for the end of the call, where it becomes an event, unless nothing of the call was kept;
 * all texts belong to the arena.
 */
void record_sign_in(struct call *c, const struct record_sign_in *s);

/* Whether there is such an eventName. */
bool record_is_sign_in(struct str name);
