/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy on its way to being compiled: the elements of the document, and the checks AWS makes
 * before it stores one. Every check names the first mistake in the error and returns
 * ERR_MALFORMED.
 */
#pragma once

#include "policy/json.h"
#include "policy/policy_priv.h"

/* The elements of a statement; NULL: not there. */
struct draft_statement {
    const struct node *node;
    size_t from; /* offset of policy_statement's from_line and from_column */
    const struct node *sid, *effect, *principal, *not_principal, *action, *not_action, *resource,
        *not_resource, *condition;
};

struct draft {
    struct arena *arena;
    struct str text;         /* what offsets count in: the document, or what it was read with */
    struct place start;      /* of the document in it */
    const struct node *root; /* of the document */
    enum policy_kind kind;
    struct policy_error *error;
    bool printable; /* nothing but printable ASCII: one line, and columns are bytes */
    bool modern;    /* Version 2012-10-17: there are variables */
    struct draft_statement *statements;
    size_t n;
};

/* Fills in the error; returns ERR_MALFORMED. */
int draft_fail(const struct draft *draft, const struct node *at, const char *format, ...)
    PRINTF_LIKE(3, 4) MUST_USE;
/* White space in front of the document, which IAM refuses. */
bool draft_starts_blank(const struct draft *draft);
/* Reads the text: the root. */
int draft_read(struct draft *draft) MUST_USE;
/* The characters of a document, which may be no JSON. */
int draft_check_characters(struct draft *draft, struct str document) MUST_USE;
/* Sorts out the elements of what was read, checking types and names. */
int draft_sort(struct draft *draft) MUST_USE;
/* Everything AWS checks behind the syntax, in its order. */
int draft_check(const struct draft *draft) MUST_USE;
int draft_check_shared_issuers(const struct draft *draft) MUST_USE;
int draft_check_rcp(const struct draft *draft) MUST_USE;
int draft_check_principals(const struct draft *draft) MUST_USE;
/* *RET_LEGACY_OK: whether the entry passes what AWS checks while it still looks for syntax. */
int draft_check_resource(const struct draft *draft, const struct node *entry,
                         bool *ret_legacy_ok) MUST_USE;

/* The entries of Principal or NotPrincipal, which may be NULL; returns their number. */
size_t principal_list(struct arena *a, const struct node *element,
                      const struct policy_principal **ret);
