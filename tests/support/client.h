/* SPDX-License-Identifier: Apache-2.0 */
/* A server in this process, without a socket, and a client that signs what it sends. Time stands
   still at 2023-11-14T22:13:20Z and identifiers come from a seed, so answers repeat exactly. */
#pragma once

#include "server/api/pipeline.h"
#include "server/server.h"
#include "support/sign.h"

enum { CLIENT_TIME = 1700000000 };

struct client {
    struct arena arena; /* holds the answers until client_stop */
    struct server *server;
    bool remote; /* requests come from another host from now on */
};

/* Who sends; NULL stands for the root user of the default account. */
struct client_key {
    const char *id, *secret;
    const char *token; /* NULL: long-term credentials */
};

/* OPTIONS are command line options, ended by NULL. Ends the test program when they do not work. */
void client_start(struct client *client, const char *const *options);
void client_stop(struct client *client);

/* How AS signs at this moment, for us-east-1. */
struct signer client_signer(const struct client *client, const struct client_key *as,
                            const char *service);

/* A signed POST of FORM ("Action=...&Version=..."). */
struct response client_post(struct client *client, const struct client_key *as, const char *service,
                            const char *form);
/* A signed operation of Organizations. BODY is a JSON object. */
struct response client_organizations(struct client *client, const struct client_key *as,
                                     const char *operation, const char *body);
struct response client_send(struct client *client, const struct request *rq);

/* A request without a signature. TARGET may have a query. Without headers of its own it has a Host.
 */
struct response client_ask(struct client *client, const char *method, const char *target,
                           const struct request_header *headers, size_t n_headers, struct str body);

enum { CLIENT_CODE_SIZE = 7 };

/* The code of RFC 6238 that a device with a seed in base32 shows at a step of half a minute. */
void client_totp(struct str seed, int64_t step, char ret[static CLIENT_CODE_SIZE]);
/* The code of an MFA device so many steps from now. SEED is as CreateVirtualMFADevice tells it. */
const char *client_mfa_code(struct client *client, const char *seed, int64_t steps);

/* A token of the sandbox's own issuer. CLAIMS is a JSON object. */
const char *client_token(struct client *client, struct str claims);

/* The text of the first XML element NAME of the answer, or NULL. */
const char *client_element(struct client *client, const struct response *response,
                           const char *name);
/* The text that is the member NAME of an answer in JSON; NULL: there is no such text. */
const char *client_member(struct client *client, struct str answer, const char *name);
const char *client_header(const struct response *response, const char *name);
