/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Management policies of AWS Organizations (tags, backups, AI services ...): documents of settings,
 * each with operators that tell how it is merged with what the root and the units above pass on.
 * What comes of it is the effective policy of an account. Pure; everything is linear in the sizes
 * of the documents. Rules: Organizations User Guide, "Inheritance operators", "Inheritance
 * examples", and the pages on the syntax of each type.
 */
#pragma once

#include "policy/json.h"
#include "policy/policy.h"

struct inherit_rule;

/* What a document of TYPE ("TAG_POLICY") may hold. NULL: policies of that type are not merged. */
const struct inherit_rule *inherit_grammar(const char *type);

/* ERR_MALFORMED with *error filled in. *RET points into TEXT. */
int inherit_read(struct arena *a, struct str text, const struct inherit_rule *grammar,
                 const struct node **ret, struct policy_error *error) MUST_USE;

/* One that is attached to the root, a unit or the account. */
struct inherit_policy {
    const char *id;
    const struct node *document;
    size_t level; /* 0: attached to the root; one more for each step towards the account */
};

struct inherit_setting;

/* By level, and within a level in the order in which they were attached. */
const struct inherit_setting *inherit_merge(struct arena *a, const struct inherit_rule *grammar,
                                            const struct inherit_policy *policies, size_t n);

/* JSON without blanks and without operators. */
char *inherit_text(struct arena *a, const struct inherit_setting *merged);

/* What is wrong with an effective policy although each of its policies is right. */
struct inherit_fault {
    const char *code, *message, *path;
    const char **policies; /* ids of those that contributed, each once */
    size_t n;
};

/* All there are, in the order of the effective policy; their number. */
size_t inherit_faults(struct arena *a, const struct inherit_setting *merged,
                      const struct inherit_fault **ret);
