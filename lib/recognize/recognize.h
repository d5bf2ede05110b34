/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTP request to any AWS service: which operation of which service it is, and what has to be
 * allowed for it. Knows services by the tables of schema/requests.jsonl alone. Pure: no I/O, no
 * state; all results belong to the arena, or point into the request or into the tables.
 */
#pragma once

#include "authz/authz.h"
#include "authz/context.h"
#include "call/request.h"

enum {
    RECOGNIZE_PERMISSIONS_MAX = 2048, /* of one request: the most that AWS takes are 1000 keys of
                                         DeleteObjects */
};

/* Why a request cannot be decided. */
enum recognize_why {
    RECOGNIZED,
    RECOGNIZE_NO_SERVICE,   /* no service signs like that, or has such a target */
    RECOGNIZE_NO_OPERATION, /* the service has none that fits */
    RECOGNIZE_AMBIGUOUS,    /* what the request says contradicts itself: two readers could read two
                               operations or two resources in it */
    RECOGNIZE_NEEDS_BODY,   /* what is asked for is in the body, which did not come */
    RECOGNIZE_MALFORMED,    /* the body or the path cannot be read */
    RECOGNIZE_TOO_MANY,     /* permissions */
    RECOGNIZE_NOT_IN_DATA,  /* the operation is known, the resources it is about are not */
};

/* How sure the tables are about an operation (facts: "c"). */
enum recognize_certainty {
    RECOGNIZE_EXACT,
    RECOGNIZE_DERIVED,
    RECOGNIZE_ANY,     /* it is about no resource: "*" */
    RECOGNIZE_UNKNOWN, /* nobody knows which resources it is about */
};

/* What a client speaks, and wants to be answered in. */
enum recognize_protocol {
    RECOGNIZE_QUERY,
    RECOGNIZE_EC2,
    RECOGNIZE_JSON,
    RECOGNIZE_REST_JSON,
    RECOGNIZE_REST_XML,
    RECOGNIZE_CBOR,
    RECOGNIZE_HTTP, /* of services without a model: execute-api ... */
};

/* Which hosts name a bucket to the back end of S3. No request tells, and who sends it chooses. */
enum recognize_hosts {
    RECOGNIZE_HOSTS_OF_SDKS, /* those that AWS has and SDKs make: to AWS, moto, and MinIO with
                                MINIO_DOMAIN=localhost */
    RECOGNIZE_HOSTS_WITH_S3, /* of them, BUCKET.localhost does not: to LocalStack */
    RECOGNIZE_HOSTS_PLAIN,   /* none: buckets are in paths alone, to MinIO as it comes */
};

/* The service and the operation. Texts are of the tables. */
struct recognized {
    enum recognize_why why;
    const char *reason;     /* one sentence for people; NULL: RECOGNIZED */
    uint32_t service;       /* row of the tables, + 1; 0: not known */
    uint32_t op;            /* the same of all operations */
    const char *service_id; /* "s3": name of the row; NULL: not known */
    const char *prefix;     /* "s3": of its actions; NULL: not known */
    const char *operation;  /* "PutObject"; NULL: not known */
    enum recognize_protocol protocol;
    enum recognize_certainty certainty;
    bool is_free;   /* no policy can allow or deny it */
    bool anonymous; /* the model has it unsigned */
    /* As sent, without the query string; of S3 with the bucket of the Host in front. */
    struct str path;
};

/*
 * SCOPE is the service of the credential scope; p == NULL: the request is not signed. BODY whether
 * rq->body is there. Never fails but by ret->why, with as much of the rest as is known.
 */
void recognize(struct arena *a, const struct request *rq, struct str scope, bool body,
               enum recognize_hosts hosts, struct recognized *ret);

/* What only the back end knows, asked for when a permission depends on it: ATTRIBUTE of the
   resource ARN. "key" of an alias, "suffix" of a secret (its ARN without it), "hash" of a table or
   an index (the name of its partition key), "role" of an instance profile (an ARN), "arn" of a role
   that was named without its path. p == NULL: it is not known. */
typedef struct str (*recognize_told)(void *owner, struct str arn, const char *attribute);

/* Who asks, as far as ARNs and keys depend on it. */
struct recognize_caller {
    const char *partition; /* "aws" */
    struct str region;     /* of the credential scope */
    struct str account;    /* p == NULL: nobody is known who calls */
    struct str user;       /* name of an IAM user; p == NULL */
    const char *auth_type; /* s3:authType: REST-HEADER, REST-QUERY-STRING, POST; NULL: unsigned */
    const char *signature; /* s3:signatureversion; NULL: unsigned */
    int64_t signature_age; /* s3:signatureAge: milliseconds; < 0: it has none */
    int64_t now;           /* seconds: what retention periods are counted from */
    recognize_told told;   /* NULL: nothing is known */
    void *owner;
};

/* One permission. */
struct recognize_permission {
    struct str action;                  /* "s3:GetObject" */
    struct str resource;                /* an ARN or "*" */
    const char *type;                   /* of the resource: "bucket"; NULL: "*" */
    const struct authz_key_value *keys; /* those that the reference has for action and type */
    size_t n_keys;
    const struct authz_tag *tags; /* aws:RequestTag */
    size_t n_tags;
    const struct str *tag_keys; /* aws:TagKeys */
    size_t n_tag_keys;
    size_t element; /* of the list in the request that it is about, from 0: the key of DeleteObjects
                       that may be refused alone; SIZE_MAX: the whole request */
    bool unnamed;   /* a "*" of the resource stands for a name that is not known yet, and is no
                       part of one */
    bool is_hint;   /* iam:PassRole which the reference does not list there */
};

struct recognize_permissions {
    struct recognize_permission *v; /* in the order of the tables; distinct */
    size_t n;                       /* 0: nothing to check */
    const char *reason;             /* one sentence, why it cannot be told; NULL: RECOGNIZED */
};

/* What OP, which recognize has found in RQ, needs. Returns RECOGNIZED, or why not. */
enum recognize_why recognize_permissions(struct arena *a, const struct request *rq,
                                         const struct recognized *op,
                                         const struct recognize_caller *caller, bool body,
                                         struct recognize_permissions *ret);

/* How the service tells a denial (facts: "deny", "denytype", "msg"). */
struct recognize_denial {
    int status;
    const char *code; /* "AccessDenied" */
    const char *type; /* __type where it differs from the code; NULL: it does not */
    const char *form; /* whose form of a denial it has where the protocol does not tell: "s3",
                         "execute-api", "lambda-url", "sqs"; NULL: that of its protocol */
    const char *message_prefix; /* of the action in messages, "SNS:"; NULL: its own */
    bool lower_case;            /* messages have the action in lower case */
    bool omits_star;            /* messages leave a resource "*" out */
    bool query_compatible;      /* JSON and CBOR answers tell the code of the Query protocol, too */
    const char *xmlns;          /* of the Query protocol's envelope; NULL: none is known */
    const char *json_version;   /* "1.0"; NULL: it speaks no JSON */
};

void recognize_denial(const struct recognized *op, struct recognize_denial *ret);
