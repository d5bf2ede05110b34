/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifiers in AWS's formats. Ids and access keys carry the account: their first ten base32
 * digits hold 48 bits, of which bits 7 to 46 are the account number. Ids whose first digit is
 * below Q are of an older, random kind (IAM User Guide, "Unique identifiers").
 */
#pragma once

#include "base/rand.h"
#include "base/str.h"

enum {
    ID_SIZE = 22,         /* AIDA, AGPA, ...: 21 characters and a NUL */
    ACCESS_KEY_SIZE = 21, /* AKIA...: 20 characters and a NUL */
    SECRET_SIZE = 41,     /* 40 characters and a NUL */
    ACCOUNT_SIZE = 13,
    UUID_SIZE = 37,
    ALNUM_SIZE = 9,            /* 8 characters and a NUL */
    ORGANIZATION_ID_SIZE = 41, /* 40 characters and a NUL */
    MFA_SEED_SIZE = 65,        /* 64 base32 digits, as AWS's have, and a NUL */
};

/* PREFIX is four letters, such as "AIDA". */
void id_new(struct rand *r, const char *prefix, const char *account, char ret[static ID_SIZE]);
void access_key_new(struct rand *r, const char *prefix, const char *account,
                    char ret[static ACCESS_KEY_SIZE]);
void secret_new(struct rand *r, char ret[static SECRET_SIZE]); /* [A-Za-z0-9+/] */
void mfa_seed_new(struct rand *r, char ret[static MFA_SEED_SIZE]);
void uuid_new(struct rand *r, char ret[static UUID_SIZE]); /* random, lower case */
/* Of Organizations: PREFIX and N of [a-z0-9], or 32 hex digits; PREFIX has at most 8 characters. */
void organization_id_new(struct rand *r, const char *prefix, size_t n,
                         char ret[static ORGANIZATION_ID_SIZE]);
void organization_hex_id_new(struct rand *r, const char *prefix,
                             char ret[static ORGANIZATION_ID_SIZE]);
void alnum_new(struct rand *r, char ret[static ALNUM_SIZE]); /* [A-Za-z0-9] */

/* The account an id or key was made for; false for malformed and for older, random ids. */
bool id_account(struct str id, char ret[static ACCOUNT_SIZE]);

void account_id_new(struct rand *r, char ret[static ACCOUNT_SIZE]); /* not with 0 at first */
bool account_id_ok(struct str id);                                  /* twelve digits */
