/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The generated tables (schema/gen/requestgen.py). They hold no pointers, so nothing has to be
 * relocated at the start and a page is read when a request needs it. Texts are offsets into
 * request_texts, NUL-terminated; 0 is the empty text and stands for none. Lists are an index into
 * the table of what they hold, and a count; equal lists are there once.
 */
#pragma once

#include "base/base.h"

typedef uint32_t text_at;

enum request_flag {
    REQUEST_GLOBAL = 1 << 0,       /* of a service: its host has no region */
    REQUEST_VIRTUAL_HOST = 1 << 1, /* the bucket may be in Host */
    REQUEST_ANY_VERSION = 1 << 2,  /* the date that paths begin with may be any of its versions */
    REQUEST_LOWER_CASE = 1 << 3,   /* messages of denials have the action in lower case */
    REQUEST_QUERY_COMPATIBLE = 1 << 4,
    REQUEST_DEPRECATED = 1 << 5, /* of an operation: older name of the same request */
    REQUEST_ANONYMOUS = 1 << 6,
    REQUEST_FREE = 1 << 7,
    REQUEST_READS_BODY = 1 << 8,  /* its route or a source is about the body */
    REQUEST_NOTHING = 1 << 9,     /* nothing has to be allowed (a: []) */
    REQUEST_NO_STAR = 1 << 10,    /* messages of denials leave a resource "*" out */
    REQUEST_DATA_PLANE = 1 << 11, /* of a service: paths are its users', hosts are told apart */
    REQUEST_PUBLIC = 1 << 12,     /* requests are its where nobody signs and no path tells */
    REQUEST_FOLDED = 1 << 13,     /* of a service: it keeps names in lower case */
};

struct request_service {
    text_at id, iam;
    text_at target;      /* prefix of X-Amz-Target and service in /service/TARGET/operation/OP */
    text_at json;        /* "1.0" */
    text_at versions;    /* separated by blanks; the last one is described */
    text_at hosts;       /* first labels of the endpoint, separated by blanks; "*." in front: below
                            a label of the resource's own */
    text_at global_host; /* with REQUEST_GLOBAL */
    text_at xmlns;
    text_at deny_code, deny_type;
    text_at deny_form;   /* whose form of a denial it has, where its protocol does not tell */
    text_at deny_prefix; /* of the action in messages of denials: "SNS:" */
    text_at tag_key;     /* of S3: condition key prefix of the tags of some operations */
    text_at url_member;  /* of SQS: its URL's path is that of the request, which otherwise is "/" */
    text_at base;        /* that paths may have in front: of endpoints of AWS */
    uint32_t root;       /* request_nodes: where paths begin; 0: it has none */
    uint32_t needs;      /* request_needs of its routes, sorted by name; at most 64 */
    uint64_t flags_needed; /* those that stand in a path's query string, "?acl" */
    uint32_t ops;          /* request_ops, sorted by name */
    uint32_t types;        /* request_types, sorted by name */
    uint32_t id_types;     /* request_types of ec2: ARN by id prefix, which `name` is */
    uint16_t n_ops, n_types, n_id_types, n_needs;
    uint16_t deny_status;
    uint16_t flags;
    uint8_t protocols, also; /* bits of 1 << enum recognize_protocol; spoken by older SDKs, too */
    uint8_t protocol;        /* the preferred one */
};

/* Rows by signing name, sorted by it, then by their order in the file. */
struct request_signer {
    text_at name;
    uint16_t service;
};

struct request_type {
    text_at name; /* "bucket", or "s3express:bucket" of another service */
    text_at arn;  /* "arn:{p}:s3:::{BucketName}" */
};

struct request_op {
    text_at name;
    uint32_t permissions; /* request_permissions; none: REQUEST_NOTHING */
    uint32_t keys;        /* request_keys of the whole operation */
    uint32_t tags;        /* request_tags */
    uint32_t roles;       /* request_roles */
    uint32_t route;       /* request_routes; UINT32_MAX: it has none */
    uint16_t service;
    uint16_t flags;
    uint8_t n_permissions, n_keys, n_tags, n_roles;
    uint8_t certainty; /* enum recognize_certainty */
    uint8_t tags_as;   /* 1: its tags are those of request_service.tag_key */
};

/*
 * REST: the paths of a service are a tree. A node is what one part of a path leads to; the root of
 * a service is none. 0 is no node.
 */
struct request_node {
    text_at text;      /* of the part that leads here; 0: any */
    uint32_t children; /* request_nodes, sorted by text: parts that are literal */
    uint32_t label;    /* request_nodes: any part that is not empty */
    uint32_t greedy;   /* request_nodes: any parts, at least one character */
    uint32_t routes;   /* request_routes that end here, sorted by method */
    uint16_t n_children, n_routes;
};

struct request_route {
    uint64_t needs; /* bit N: the need N of its service */
    text_at method; /* "GET"; "*": any */
    text_at path;   /* "/{Bucket}/{Key+}" */
    uint32_t op;
    uint16_t literals; /* characters of the path that are literal, by which routes are ordered */
};

/* What tells operations of the same path apart. */
struct request_need {
    text_at name;
    text_at value; /* that it has to have; 0: any. Of a header without parameters, ignoring case */
    uint8_t from;  /* REQUEST_FROM_QUERY, REQUEST_FROM_HEADER */
    uint8_t list;  /* may be there several times */
};

/* One action that has to be allowed on each of its resources. */
struct request_permission {
    text_at action;      /* "s3:GetObject" */
    uint32_t entries;    /* request_entries; n == 0: on "*" */
    uint32_t conditions; /* request_conditions: all of them hold, or the permission is not needed */
    uint32_t keys;       /* request_keys of this permission alone */
    uint32_t star_keys;  /* request_masks: which keys are in the context when it is about "*" */
    uint8_t n_entries, n_conditions, n_keys;
    uint8_t tagged; /* the request's tags are in its context when it is about "*" */
};

/* Which of the keys, those of the operation and then those of the permission, are in the context:
   bit N of word N / 32. */
/* request_masks is an array of uint32_t */

struct request_entry {
    text_at type;   /* "bucket"; 0: any, the value is the ARN */
    text_at arn;    /* template, of the type */
    uint32_t fills; /* request_fills */
    uint32_t keys;  /* request_masks */
    uint8_t n_fills;
    uint8_t optional; /* counts only when its members are in the request ("~") */
    uint8_t whole;    /* the one fill is the ARN, not the value of a placeholder ("=") */
    uint8_t tagged;   /* the request's tags are in its context */
};

struct request_fill {
    text_at placeholder; /* "BucketName"; 0: of `whole` */
    uint32_t source;     /* request_sources */
};

enum request_test { REQUEST_PRESENT, REQUEST_EQUALS, REQUEST_BEGINS };

struct request_condition {
    uint32_t source;
    text_at text; /* of REQUEST_EQUALS and REQUEST_BEGINS: in lower case, without blanks */
    uint8_t test;
    uint8_t negated;
};

struct request_key {
    text_at name; /* "s3:prefix"; one that ends in '*' takes the keys of the map */
    uint32_t source;
    uint8_t list; /* it has several values by its nature; others are decided one by one */
};

enum request_tag_form {
    REQUEST_TAG_PAIRS, /* keys and values; those with the same indexes belong together */
    REQUEST_TAG_KEYS,  /* keys alone */
    REQUEST_TAG_FORM,  /* form-encoded pairs, in a header */
};

struct request_tag {
    uint32_t keys;   /* request_sources: "b:Tags.#.Key" */
    uint32_t values; /* of REQUEST_TAG_PAIRS: "b:Tags.#.Value" */
    uint32_t types;  /* resource types that they are for: "b:TagSpecification.#.ResourceType";
                        UINT32_MAX: of all */
    uint8_t form;
};

/* A role that the request hands over: iam:PassRole. */
struct request_role {
    uint32_t source;
    text_at principal; /* "ec2.amazonaws.com": iam:PassedToService */
    uint8_t is_hint;
};

/* A source is a list of steps, tried one after the other; those that are joined count together. */
struct request_source {
    uint32_t steps;   /* request_steps */
    text_at fallback; /* "?text", "@self": the caller's own user name */
    uint8_t n;        /* 0: the fallback alone */
    uint8_t falls_back;
};

enum request_from {
    REQUEST_FROM_URI,      /* u: */
    REQUEST_FROM_QUERY,    /* q: */
    REQUEST_FROM_HEADER,   /* h: */
    REQUEST_FROM_BODY,     /* b: */
    REQUEST_FROM_PATH,     /* w:path */
    REQUEST_FROM_HOST,     /* host:1 */
    REQUEST_FROM_METHOD,   /* @method */
    REQUEST_FROM_REGION,   /* @region */
    REQUEST_FROM_TEXT,     /* 'text, and * */
    REQUEST_FROM_COMPUTED, /* of a key: a function by its name */
};

/* The table of transforms in the facts, in one enum of the generator and of recognize/transform.c
 */
enum request_transform {
    REQUEST_AS_IS,
    REQUEST_TAIL,
    REQUEST_URL,
    REQUEST_FN,
    REQUEST_PRE,
    REQUEST_POST,
    REQUEST_STRIP,
    REQUEST_AS,
    REQUEST_KMS,
    REQUEST_ALIAS,
    REQUEST_ALIASONLY,
    REQUEST_SECRET,
    REQUEST_PARAM,
    REQUEST_SLASH,
    REQUEST_DOC,
    REQUEST_LG,
    REQUEST_BUS,
    REQUEST_PATH,
    REQUEST_HOST,
    REQUEST_SUB,
    REQUEST_TD,
    REQUEST_ROLE,
    REQUEST_PROFILE,
    REQUEST_CPBUCKET,
    REQUEST_CPKEY,
    REQUEST_CPVERSION,
    REQUEST_PARTIQL,
    REQUEST_EDS,
    REQUEST_B64ARN,
    REQUEST_HASH,
    REQUEST_EC2ARN,
    REQUEST_EC2TYPE,
    REQUEST_NOTACCOUNT,
    REQUEST_WAFSCOPE,
    REQUEST_DNSNAME,
    REQUEST_ESDOMAIN,
};

struct request_step {
    text_at name;        /* of a label, parameter or header; path in the body; or the text itself */
    text_at argument[2]; /* of the transforms; of REQUEST_AS the ARN of the type */
    uint8_t from;
    uint8_t transform[2]; /* one after the other */
    uint8_t joined;       /* with the step before ("+") */
    uint8_t part;         /* of REQUEST_FROM_URI: number of the part of the path, from 0 ... */
    uint8_t greedy;       /* ... and of those behind it up to the last ones ... */
    uint8_t behind;       /* ... that are so many */
};

extern const char request_texts[];
extern const struct request_service request_services[];
extern const size_t request_services_n;
extern const struct request_signer request_signers[];
extern const size_t request_signers_n;
extern const struct request_type request_types[];
extern const struct request_op request_ops[];
extern const size_t request_ops_n;
extern const struct request_node request_nodes[];
extern const struct request_route request_routes[];
extern const struct request_need request_needs[];
extern const struct request_permission request_permissions[];
extern const struct request_entry request_entries[];
extern const uint32_t request_masks[];
extern const struct request_fill request_fills[];
extern const struct request_condition request_conditions[];
extern const struct request_key request_keys[];
extern const struct request_tag request_tags[];
extern const struct request_role request_roles[];
extern const struct request_source request_sources[];
extern const struct request_step request_steps[];

static inline const char *request_text(text_at at)
{
    return request_texts + at;
}
