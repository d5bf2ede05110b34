/* SPDX-License-Identifier: Apache-2.0 */
/* Condition keys that are worked out, each by a function of its own. */
#include "base/instant.h"
#include "policy/json.h"
#include "recognize/reading_priv.h"

typedef enum recognize_why computed_fn(struct reading *r, const struct aspect *aspect,
                                       struct key_values *values);

static void add_text(struct key_values *values, const char *text)
{
    if (text)
        key_values_add(values, str_of(text));
}

static struct str header_of(const struct reading *r, const char *name)
{
    return request_find_header(r->rq, str_of(name));
}

/* --- s3: Amazon S3 API Reference, "Amazon S3 Signature Version 4 Authentication Specific Policy
   Keys" */

static enum recognize_why auth_type(struct reading *r, const struct aspect *aspect UNUSED,
                                    struct key_values *values)
{
    add_text(values, r->caller->auth_type);
    return RECOGNIZED;
}

static enum recognize_why signature_version(struct reading *r, const struct aspect *aspect UNUSED,
                                            struct key_values *values)
{
    add_text(values, r->caller->signature);
    return RECOGNIZED;
}

static enum recognize_why signature_age(struct reading *r, const struct aspect *aspect UNUSED,
                                        struct key_values *values)
{
    if (r->caller->signature_age >= 0)
        add_text(values, arena_printf(r->arena, "%lld", (long long)r->caller->signature_age));
    return RECOGNIZED;
}

/* Nobody knows how the client came to the back end. As for aws:SecureTransport, it is taken for
   AWS's endpoint, to which SDKs speak TLS 1.3. */
static enum recognize_why tls_version(struct reading *r UNUSED, const struct aspect *aspect UNUSED,
                                      struct key_values *values)
{
    (void)r;
    add_text(values, "1.3");
    return RECOGNIZED;
}

/* Amazon S3 User Guide, "AWS Signature Version 4 (SigV4) authentication-specific policy keys" (S3
   on Outposts): payloads of presigned URLs count as not signed. Who was given one may add the
   header.
   */
static enum recognize_why content_sha256(struct reading *r, const struct aspect *aspect UNUSED,
                                         struct key_values *values)
{
    struct str sent = header_of(r, "x-amz-content-sha256");
    const char *type = r->caller->auth_type;
    if (type && strcmp(type, "REST-QUERY-STRING") == 0)
        add_text(values, "UNSIGNED-PAYLOAD");
    else if (sent.p)
        key_values_add(values, sent);
    return RECOGNIZED;
}

enum { DAY = 86400 };

/* Amazon S3 User Guide, "Managing Object Lock", "Setting limits on retention periods with a bucket
   policy". AWS undocumented: how parts of days are counted; whole ones count here. */
static enum recognize_why retention_days(struct reading *r, const struct aspect *aspect UNUSED,
                                         struct key_values *values)
{
    struct str until = header_of(r, "x-amz-object-lock-retain-until-date");
    struct instant instant;
    if (!until.p) {
        struct member_list members;
        if (!(r->row->flags & REQUEST_READS_BODY))
            return RECOGNIZED;
        READ(source_members(r, STR("RetainUntilDate"), &members));
        until = members.n ? members.v[0].value : until;
    }
    if (until.n && instant_parse(until, &instant) && instant.seconds >= r->caller->now) {
        int64_t days = (instant.seconds - r->caller->now) / DAY;
        add_text(values, arena_printf(r->arena, "%lld", (long long)days));
    }
    return RECOGNIZED;
}

/* --- kms: AWS KMS Developer Guide, "AWS KMS condition keys" */

/* Only requests that a service makes for somebody come through one: those of clients never do. */
static enum recognize_why via_service(struct reading *r UNUSED, const struct aspect *aspect UNUSED,
                                      struct key_values *values UNUSED)
{
    (void)r;
    (void)values;
    return RECOGNIZED;
}

static enum recognize_why caller_account(struct reading *r, const struct aspect *aspect UNUSED,
                                         struct key_values *values)
{
    if (r->caller->account.p)
        key_values_add(values, r->caller->account);
    return RECOGNIZED;
}

/* --- events: Amazon EventBridge User Guide, "Using IAM policy conditions in Amazon EventBridge" */

/*
 * What a pattern lets in. A filter ({"prefix": ...}) and "$or" are no names: they stand there as
 * they are written, so that no name equals them.
 */
static enum recognize_why of_pattern(struct reading *r, const char *name, struct key_values *values)
{
    struct member_list members;
    const struct node *root;
    size_t bad;
    READ(source_members(r, STR("EventPattern"), &members));
    if (members.n == 0 || members.v[0].value.n == 0)
        return RECOGNIZED;
    struct str text = members.v[0].value;
    if (!node_read(r->arena, text, &root, &bad) || root->kind != NODE_OBJECT)
        return reading_fail(r, RECOGNIZE_MALFORMED, "The event pattern cannot be read.");
    const struct node *lists[] = {node_get(root, name), node_get(root, "$or")};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        for (const struct node *e = entries_first(lists[i]); e; e = entries_next(lists[i], e)) {
            struct str written = {text.p + e->start, e->end - e->start};
            key_values_add(values, e->kind == NODE_STRING ? e->text : written);
        }
    }
    return RECOGNIZED;
}

static enum recognize_why event_source(struct reading *r, const struct aspect *aspect UNUSED,
                                       struct key_values *values)
{
    return of_pattern(r, "source", values);
}

static enum recognize_why event_detail_type(struct reading *r, const struct aspect *aspect UNUSED,
                                            struct key_values *values)
{
    return of_pattern(r, "detail-type", values);
}

/* --- dynamodb */

/* Amazon DynamoDB Developer Guide, "Using IAM with DynamoDB transactions", and "IAM security
   policies with PartiQL for DynamoDB": the operation, of those that are transactions. */
static enum recognize_why enclosing(struct reading *r, const struct aspect *aspect UNUSED,
                                    struct key_values *values)
{
    if (strstr(r->op->operation, "Transact"))
        add_text(values, r->op->operation);
    return RECOGNIZED;
}

static const struct {
    const char *name;
    computed_fn *find;
    bool always; /* in place of a source that the tables have */
} computed[] = {
    {"s3:authType", auth_type, false},
    {"s3:signatureversion", signature_version, false},
    {"s3:signatureAge", signature_age, false},
    {"s3:TlsVersion", tls_version, false},
    {"s3:x-amz-content-sha256", content_sha256, false},
    {"s3:object-lock-remaining-retention-days", retention_days, false},
    {"kms:ViaService", via_service, false},
    {"kms:CallerAccount", caller_account, false},
    {"events:source", event_source, false},
    {"events:detail-type", event_detail_type, false},
    {"dynamodb:EnclosingOperation", enclosing, false},
    {"dynamodb:FullTableScan", full_table_scan, false},
    {"dynamodb:LeadingKeys", leading_keys, true},
    {"dynamodb:Attributes", item_attributes, true},
};

bool is_computed(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(computed); i++) {
        if (computed[i].always && strcmp(name, computed[i].name) == 0)
            return true;
    }
    return false;
}

enum recognize_why computed_values(struct reading *r, const char *name, const struct aspect *aspect,
                                   struct key_values *values)
{
    for (size_t i = 0; i < ARRAY_LEN(computed); i++) {
        if (strcmp(name, computed[i].name) == 0)
            return computed[i].find(r, aspect, values);
    }
    return RECOGNIZED;
}
