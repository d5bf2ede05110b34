/* SPDX-License-Identifier: Apache-2.0 */
/* The generated rows that describe services and operations: what the API is, as data. */
#pragma once

#include "resources.h"
#include "shape/shape.h"

struct call;

enum api_access { API_LIST, API_READ, API_WRITE, API_PERMISSIONS, API_TAGGING };

/* How an authorization row finds its resource. */
enum api_target {
    API_ON_STAR,    /* "*": the action has no resource type */
    API_ON_ENTITY,  /* the existing entity named by `member` */
    API_ON_NEW,     /* the entity that the request would make, at `path` */
    API_ON_RENAMED, /* the entity named by `old_member`, as it will be: `member` and `path` */
    API_ON_PREFIX,  /* the kind as a whole, below the path prefix in `member` */
    API_ON_EVERY,   /* all of the kind: the ARN ends in "*" */
};

/* What the token of an identity provider says more than who its bearer is. */
enum api_claims { API_CLAIMS_ANY, API_CLAIMS_TAGS, API_CLAIMS_SOURCE_IDENTITY };

enum { API_NO_MEMBER = UINT16_MAX };

/* One `auth` or `dependent` line. A row with action NULL ends the list. */
struct api_auth {
    const char *action; /* "iam:GetUser" */
    enum api_target target;
    enum api_resource resource; /* of the model's resource lines; RESOURCE_NONE: API_ON_STAR */
    uint16_t member, path;      /* offsets of `const char *` members of `in`, or API_NO_MEMBER */
    uint16_t old_member;        /* API_ON_RENAMED: the member that names the existing entity */
    int16_t if_field;           /* number of the field of `in` that must be set, and not to false;
                                   or -1 */
    bool self;                  /* without the member the caller is meant */
    bool named;                 /* denials print "<kind> <name>" instead of the ARN */
    const char *passed_to;      /* the role is given to this service, for the resource of the first
                                   row; NULL: this is not about giving a role */
    enum api_claims if_claims;  /* what a token of an identity provider has to say, too */
    bool inside;                /* `member` is a struct, whose first member is the name */
    bool if_needed;             /* `if_field` names a handshake, which has to need the permission */
};

/* One `key` line: a condition key filled from a request member. name NULL ends the list. */
struct api_key {
    const char *name;     /* "iam:PolicyARN"; "aws:RequestTag" stands for the whole family */
    uint16_t field;       /* number of the field of `in`; API_NO_MEMBER: told by the resource */
    enum api_resource of; /* the field names one of this kind, which tells the value; RESOURCE_NONE:
                             it is the value */
    char behind;          /* or what stands in it behind the last of these; NUL: all of it is */
    const char *value;    /* of all requests; NULL: of the field or the resource */
};

/* The `mfa` line: offsets of the `const char *` members with a device's serial number and code. */
struct api_mfa {
    uint16_t serial, code;
};

enum api_protocol { API_QUERY, API_JSON_1_0, API_JSON_1_1, API_REST_JSON };

/* One `http` line. METHOD "*" is any. In PATH, {NAME} stands for one part and is the member of that
   name; {NAME+}, at the end, for one or more. */
struct api_route {
    const char *method, *path;
    const char *query; /* a parameter and its value that have to be in the query; NULL: none */
    int status;        /* of the answer, unless it is a member of it */
    const struct api_op *op;
};

/* What a service says of requests that are no good: a reason of its own, and a sentence. */
struct api_reason {
    const char *code, *message;
};

struct api_service {
    const char *name; /* "iam": credential scope and action prefix */
    enum api_protocol protocol;
    const char *version; /* "2010-05-08"; NULL: it has none */
    const char *xmlns;   /* of API_QUERY, else NULL */
    const char *target;  /* of JSON 1.0 and 1.1: what X-Amz-Target has before ".NAME" */
    int invalid;         /* the error (enum err) of requests that are no good */
    const struct api_reason *reasons; /* by enum shape_wrong; NULL: it tells all that is wrong */
    const struct api_op *ops;         /* sorted by name */
    size_t n_ops;
    const struct api_route *routes; /* of API_REST_JSON: the first that fits is the one */
    size_t n_routes;
};

/* Who may call an operation. */
enum api_callers {
    API_PRINCIPALS, /* who signs, or shows a token of an identity provider */
    API_ADMIN,      /* this host, or whoever has the admin token */
    API_PUBLIC,     /* whoever asks */
    API_SIGNED_IN,  /* who is signed in to the console */
};

/* The `for` clause: where the caller's account may stand in its organization. */
enum {
    API_FOR_MANAGEMENT = 1, /* it manages the organization */
    API_FOR_DELEGATE = 2,   /* it is a delegated administrator, whatever for */
    API_FOR_NAMED = 4,      /* the organization's resource policy lets the caller do it */
    API_FOR_OWN = 8,        /* it is the one that `own` names, if that names any */
    API_FOR_MEMBER = 16,    /* it is in an organization */
    API_FOR_STANDALONE = 32 /* it is in none */
};

/* What else goes on in the sandbox while an operation does. */
enum api_entry {
    API_AMONG_OTHERS, /* other operations, but none that is alone */
    API_APART,        /* anything: it needs nothing of the sandbox's state */
    API_ALONE,        /* nothing: all others have left, and wait */
    API_ENDS,         /* all have left the sandbox that its member `name` names, for good */
};

/* What the record of a call says that does not follow from the call. */
struct api_recorded {
    bool read_only, answer; /* it only reads; what it answers is in the record */
    uint16_t resource; /* with a type: offset of the `const char *` member of `in` with its ARN */
    const char *type;  /* "AWS::IAM::Role"; NULL: none is named */
};

struct api_op {
    const char *name;
    const struct api_service *service;
    enum api_access access;
    struct api_recorded recorded;
    bool stores_nothing;     /* although its access level is that of a write */
    const struct shape *in;  /* NULL while the operation is not built */
    const struct shape *out; /* NULL: the operation answers nothing */
    enum api_callers callers;
    enum api_entry entry;
    uint8_t standing;   /* API_FOR_...; 0: nobody asks. Otherwise, who may call is found out before
                           the request is checked */
    uint16_t own;       /* of API_FOR_OWN: offset of the `const char *` member of `in` */
    bool verbatim;      /* nothing is decoded: the handler reads the request itself */
    bool slow;          /* the handler takes longer than others can wait */
    uint16_t page_size; /* offset of the int64_t member for it, or API_NO_MEMBER */
    bool root_only;     /* of those with the permission, only root users may call it */
    bool while_closed;  /* and may while their account is closed, too */
    bool unsigned_call; /* `prove` finds the caller by the token of an identity provider */
    int (*run)(struct call *c, const void *in, void *out); /* NULL: not built */
    /* Around the transaction, for what takes long, in no thread that others wait for: before it,
       and after the commit. NULL: there is nothing of the kind. */
    int (*prove)(struct call *c, const void *in);
    int (*tell)(struct call *c, const void *in, void *out);
    const struct api_auth *auth; /* NULL: needs no permission */
    const struct api_key *keys;  /* NULL only while not built */
    const struct api_mfa *mfa;   /* NULL: takes no code of a device */
    const int *errors;           /* declared errors (enum err), ended by 0; NULL while not built */
};

/* By name; NULL when the service has no such operation. */
const struct api_op *api_find(const struct api_service *service, struct str name);

/* Whether the request has what ROW is there for: its `if_field`. */
bool api_auth_applies(const struct api_op *op, const struct api_auth *row, const void *in);

/* Whether PATH, undecoded, is one of the route's. */
bool api_route_fits(const struct api_route *route, struct str path);

/* The first route that fits, or NULL; QUERY is undecoded and without "?". */
const struct api_route *api_route_find(const struct api_service *service, struct str method,
                                       struct str path, struct str query);

/* What stands in a PATH that fits for {NAME}, undecoded; p == NULL: the route has no such part. */
struct str api_route_part(const struct api_route *route, struct str path, const char *name);
