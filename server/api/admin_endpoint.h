/* SPDX-License-Identifier: Apache-2.0 */
/* One request to one of the own endpoints, for the files that answer them. */
#pragma once

#include <jansson.h>

#include "server/api/admin.h"
#include "server/server.h"

struct admin {
    struct server *server;
    struct sandbox *sandbox;
    struct sandbox *ends; /* the one to be deleted, which nobody enters any more; NULL: none */
    struct arena *arena;
    const struct request *rq;
    struct str rest; /* of the path, behind the endpoint's own */
    struct response *response;
};

/* Takes over the reference. */
void admin_reply(struct admin *r, int status, json_t *json);
void admin_error(struct admin *r, int status, const char *message);
/* The body as an object, or NULL after an answer that says what is wrong with it. */
json_t *admin_body(struct admin *r);
/* A member of a body in the arena; NULL when it is no text. */
const char *admin_text(struct admin *r, json_t *body, const char *name);

void admin_get_accounts(struct admin *r);
void admin_post_accounts(struct admin *r);
void admin_post_root_key(struct admin *r);

void admin_get_sandboxes(struct admin *r);
void admin_get_sandbox(struct admin *r);
void admin_put_sandbox(struct admin *r);
void admin_delete_sandbox(struct admin *r);

void admin_post_container(struct admin *r);
void admin_get_container_credentials(struct admin *r);

void admin_get_instance(struct admin *r);
void admin_put_instance(struct admin *r);
void admin_delete_instance(struct admin *r);

void admin_post_oidc_token(struct admin *r);
void admin_put_oidc_keys(struct admin *r);
void admin_get_oidc(struct admin *r);
