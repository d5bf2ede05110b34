/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "inheritance/inheritance.h"

enum rule_kind {
    RULE_OPEN,   /* anything that consists of settings */
    RULE_FIELDS, /* members with known names */
    RULE_MAP,    /* members whose names users choose, all of one kind */
    RULE_ONE,    /* a setting of one value */
    RULE_LIST,   /* a setting of many */
    RULE_EITHER, /* a setting of one or many */
};

/* What a place in a document may hold. */
struct inherit_rule {
    const char *name; /* as a member of RULE_FIELDS */
    enum rule_kind kind;
    bool required;  /* the member has to be there */
    bool more;      /* RULE_FIELDS: AWS adds members now and then; those not named are RULE_OPEN */
    bool folded;    /* RULE_MAP: effective policies show the names in lower case */
    bool tag_key;   /* the value is the name of the member that has the setting, but for case */
    bool tag_value; /* the value has one wildcard at most */
    size_t max;     /* members or values of an effective policy; 0: any number */
    const char *choices;                /* of values, with a blank behind each; NULL: any */
    const struct inherit_rule *members; /* of a RULE_MAP: the one that holds for all */
    size_t n;
};

enum { OP_ASSIGN = 1, OP_APPEND = 2, OP_REMOVE = 4, OP_ALL = 7 };

/* 0: NAME is none of the three that set values. */
unsigned operator_of(struct str name);
bool is_control(struct str name); /* @@operators_allowed_for_child_policies */
unsigned operators_allowed(const struct node *control);

bool rule_is_setting(const struct inherit_rule *rule);
/* Of the member called NAME; NULL: there may be none. RULE is no setting. */
const struct inherit_rule *rule_member(const struct inherit_rule *rule, struct str name);
/* What decides, by its members, is what RULE_OPEN leaves open. */
bool node_is_setting(const struct inherit_rule *rule, const struct node *node);

struct setting_value {
    struct setting_value *next;
    const struct node *node;
    const char *policy; /* that gave it */
    bool removed;
};

/* A place in what is merged. */
struct inherit_setting {
    struct inherit_setting *next, *first, *last; /* members */
    const struct inherit_rule *rule;
    struct str name; /* as it is shown */
    size_t number;   /* of its own, for names of what is below it */
    bool is_setting;
    bool many;                /* a list, even of one value */
    bool emptied;             /* @@remove took the last value */
    const char *policy;       /* that made it */
    size_t born;              /* level at which it was made */
    size_t assigned;          /* one more than the level of the last @@assign */
    size_t level;             /* that ALLOWED is for */
    unsigned allowed, coming; /* operators for policies of this level, and of lower ones */
    struct setting_value *values, *last_value;
    size_t n_values; /* without those that were removed */
};

/* Something of it is shown. */
bool setting_shows(const struct inherit_setting *setting);
