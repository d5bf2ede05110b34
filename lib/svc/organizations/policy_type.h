/* SPDX-License-Identifier: Apache-2.0 */
/* What is particular to each type of policies. */
#pragma once

#include "inheritance/inheritance.h"
#include "svc/organizations/find.h"

struct policy_type {
    const char *name;
    enum quota number;   /* in the organization */
    enum quota size;     /* characters of a document */
    enum quota attached; /* to one entity */
    size_t least;        /* attached to one entity while the type is enabled */
    const char *service; /* that needs trusted access before the type is enabled; NULL: none */
};

/* NAME is one of the model's. */
const struct policy_type *policy_type_of(const char *name);

/* ConstraintViolation when it is too long, MalformedPolicyDocument for all else. */
int policy_type_check(struct call *c, const struct policy_type *type, const char *content) MUST_USE;

/* Whether policies of the type can be attached. */
int policy_type_enabled(struct call *c, const char *type, bool *ret) MUST_USE;
/* PolicyTypeNotEnabled. */
int policy_type_check_enabled(struct call *c, const char *type) MUST_USE;
/* Notes that effective policies of the type may have changed. */
int policy_type_changed(struct call *c, const char *type) MUST_USE;
/* ConstraintViolation: policies are enabled that need trusted access of the service. */
int policy_type_check_unneeded(struct call *c, const char *service) MUST_USE;
/* PolicyTypeNotAvailableForOrganization without all features. */
int policy_type_check_available(struct call *c) MUST_USE;
