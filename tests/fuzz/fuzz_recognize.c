/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole request as text to a service that its first byte chooses, or to any; what is found is
 * asked for its permissions. Either there is an operation, or a reason why not.
 */
#include "recognize/recognize.h"
#include "support/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const scopes[] = {
    "s3",         "dynamodb",    "sqs",
    "monitoring", "ec2",         "sts",
    "ses",        "lambda",      "iam",
    "kms",        "cloudfront",  "chime",
    "lex",        "execute-api", "workspaces-web",
    "es",         "bedrock",     "rds",
    "",           "none",
};

static void check_permissions(struct arena *a, const struct request *rq,
                              const struct recognized *op, bool body)
{
    const struct recognize_caller caller = {.partition = "aws",
                                            .region = STR("us-east-1"),
                                            .account = STR("123456789012"),
                                            .user = STR("alice"),
                                            .signature_age = -1};
    struct recognize_permissions permissions;
    struct recognize_denial denial;
    enum recognize_why why = recognize_permissions(a, rq, op, &caller, body, &permissions);
    recognize_denial(op, &denial);
    if ((why != RECOGNIZED) != (permissions.reason != NULL) || !denial.code || denial.status < 400)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct recognized op;
    if (size == 0)
        return 0;
    size_t choice = data[0] & 0x7f;
    bool body = (data[0] & 0x80) == 0;
    struct str scope = choice < ARRAY_LEN(scopes) ? str_of(scopes[choice]) : (struct str){NULL, 0};
    arena_init(&a);
    struct request *rq = wire_request(&a, (struct str){(const char *)data + 1, size - 1});
    if (rq) {
        recognize(&a, rq, scope, body, RECOGNIZE_HOSTS_OF_SDKS, &op);
        if ((op.why == RECOGNIZED) != (op.op != 0) || (op.why == RECOGNIZED) != (op.reason == NULL))
            __builtin_trap();
        if (op.op)
            check_permissions(&a, rq, &op, body);
    }
    arena_done(&a);
    return 0;
}
