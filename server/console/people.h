/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the pages of users, groups and roles have in common: lists that are searched by the
 * beginnings of names, parts that are refused in their places, and forms that stand for one
 * operation of IAM each.
 */
#pragma once

#include "server/page/ask.h"
#include "server/page/show.h"
#include "svc/permissions.h"

enum { PEOPLE_ROWS = 50 }; /* of a page */

struct people_kind {
    const char *folder;           /* "users": of paths, below /console */
    const char *title;            /* "Users" */
    const char *op, *list, *name; /* "ListUsers", "Users", "UserName" */
    const struct page *page;
};

extern const struct people_kind people_users, people_groups, people_roles;

/* Members may be NULL. */
struct people_search {
    const char *prefix; /* of names, in any letter case */
    const char *path;   /* PathPrefix */
    const char *marker;
};

/* A page of the list; FAILED: what was refused before, to be told with it; NULL: nothing was. */
int people_list(struct call *c, const struct people_kind *kind, const struct people_search *search,
                const struct asked *failed) MUST_USE;

/* The name that stands in a path: links write names of dots alone in another way. */
const char *people_name(struct call *c, const char *part);
/* To the page of one, or to the list of all when NAME is NULL. */
int people_go(struct call *c, const struct people_kind *kind, const char *name) MUST_USE;

/* What is set to a member of JSON: nothing when TEXT is NULL or no UTF-8. */
void people_set(json_t *json, const char *member, const char *text);

/* Asks IAM about one thing by its name; IN may be NULL. */
struct asked people_ask(struct call *c, const char *op, const char *member, const char *name,
                        json_t *in);
/* The same, put into DATA as MEMBER for a template. Whether it was answered. */
bool people_add(struct call *c, json_t *data, const char *as, const char *op, const char *member,
                const char *name);

/* What a form does: the operation, and the fields that it takes. */
struct people_change {
    const char *name; /* in the path */
    const char *op;
    const char *members[4];
};

/* A form that was sent: the change CALLED, of those that there are, to the one whose MEMBER is
 * NAME. */
struct people_form {
    const struct people_change *changes;
    size_t n_changes;
    const char *called, *member, *name;
};

/* Does what SENT says. FORM, which is taken, has the fields that were filled in.
   ERR_NO_SUCH_ENDPOINT: there is no such change. */
int people_do(struct call *c, const struct people_form *sent, json_t *form,
              struct asked *ret) MUST_USE;
