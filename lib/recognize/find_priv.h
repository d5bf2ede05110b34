/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an operation is found (find.c): by the target of X-Amz-Target or of an RPC path, by Action
 * and Version (action.c), or by method, path and what else tells paths apart (route.c). Readers
 * that could find another one than AWS does are thought of: what they could read differently is
 * refused.
 */
#pragma once

#include "recognize/recognize.h"
#include "recognize/table_priv.h"

/* What a request says about itself, looked at once. */
struct find {
    struct arena *arena;
    const struct request *rq;
    struct str scope; /* p == NULL: it is not signed */
    bool is_signed;
    enum recognize_hosts hosts;
    bool body;          /* rq->body is there */
    struct str host;    /* in lower case, without port; n == 0: none */
    struct str target;  /* X-Amz-Target; p == NULL: none */
    struct str smithy;  /* Smithy-Protocol */
    struct str type;    /* Content-Type without parameters */
    uint32_t first, n;  /* the services that may be meant: of request_signers; unsigned: of all */
    bool host_tells;    /* some of them have that host, so others are not meant */
    const char *reason; /* of a failure */
};

static inline const struct request_service *find_service(const struct find *find, uint32_t i)
{
    return find->is_signed ? &request_services[request_signers[find->first + i].service]
                           : &request_services[i];
}

static inline bool find_has(const struct request_service *service, enum request_flag flag)
{
    return (service->flags & flag) != 0;
}

static inline bool find_speaks(const struct request_service *service,
                               enum recognize_protocol protocol)
{
    return ((service->protocols | service->also) & 1 << protocol) != 0;
}

/* An operation that fits, and how well. */
struct found {
    const struct request_service *service; /* NULL: none */
    const struct request_op *op;
    enum recognize_protocol protocol;
    struct str path;   /* as in struct recognized */
    uint16_t literals; /* of the path */
    uint8_t needs;     /* that it has */
    bool slash_fits;   /* the path ends in a slash as the operation's does, or both do not */
    bool ambiguous;    /* others fit as well */
    bool rivals;       /* others fit, but not as well */
};

/* Fills what FIND knows of the headers. */
enum recognize_why head_read(struct find *find);

/* Each returns RECOGNIZED with *RET, RECOGNIZE_NO_OPERATION, or why not with find->reason. */
enum recognize_why find_by_target(struct find *find, struct found *ret);
enum recognize_why find_by_rpc_path(struct find *find, struct found *ret);
enum recognize_why find_by_action(struct find *find, struct found *ret);
enum recognize_why find_by_path(struct find *find, struct found *ret);

/* Of operations that fit the same: that of the service that is called like the signing name, then
   the first. */
void find_offer(const struct find *find, struct found *best, const struct found *other);

/* The operation of that name; NULL. */
const struct request_op *find_op(const struct request_service *service, struct str name);

/* Whether FOUND, which no Action names, is found by those, too, who look for one. */
enum recognize_why hidden_check(struct find *find, const struct found *found);

/* Whether the query string has a parameter Action. */
bool action_is_in_query(const struct find *find);

/* Needs of a service, as bits: those that the request has by name, and those that it meets. */
struct needs_met {
    uint64_t named, met;
};

enum recognize_why needs_meet(struct find *find, const struct request_service *service,
                              struct needs_met *ret);

/* Whether every reader reads the path as AWS does. */
enum recognize_why path_check(struct find *find, struct str path);

/* Host: without its port, in lower case. */
struct str host_name(struct arena *a, struct str header);
/* Whether that is a host of the service. */
bool host_is_of(const struct request_service *service, struct str host);

/*
 * The bucket that find->host, one of S3, names; p == NULL: it is in the path. Of access points it
 * is their ARN, percent-encoded where it has a slash. RECOGNIZE_AMBIGUOUS: the host does not tell.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
enum recognize_why host_bucket(struct find *find, struct str *ret);
