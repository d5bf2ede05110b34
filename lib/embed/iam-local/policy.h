/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AWS policy documents, for programs that decide themselves. Link with libiam-local.a, which needs
 * nothing but libc; `pkg-config --cflags --libs iam-local` tells how. Everything here may be used
 * from several threads, one object by one thread at a time; compiled policies by any number.
 */
#ifndef IAM_LOCAL_POLICY_H
#define IAM_LOCAL_POLICY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * No function reports a lack of memory: HANDLER runs instead and must not return (end the program,
 * or longjmp and leave what was being built alone). Without one the program aborts. Set it before
 * other threads start.
 */
void iam_on_out_of_memory(void (*handler)(void));

/* What a document is for decides which elements it must and must not have (IAM User Guide,
   "Grammar of the IAM JSON policy language"). */
enum iam_policy_kind {
    IAM_POLICY_IDENTITY, /* of a user, group or role, inline */
    IAM_POLICY_RESOURCE, /* of a bucket, queue, key...: with a Principal */
    IAM_POLICY_TRUST,    /* of a role: who may assume it */
    IAM_POLICY_MANAGED,  /* like IDENTITY, and the Version must be 2012-10-17 */
    IAM_POLICY_SESSION,  /* passed when a session is made */
    IAM_POLICY_SCP,      /* service control policy */
    IAM_POLICY_RCP,      /* resource control policy */
    IAM_POLICY_ENDPOINT, /* of a VPC endpoint */
};

/* Why a document was refused: AWS's sentence, cut off at the end of the array, and where. */
struct iam_policy_error {
    char message[512];
    size_t line, column; /* from 1 */
};

struct iam_policy;

/* Compiles N bytes of TEXT, which need not live on. NULL: refused, and *ERROR (which may be NULL)
   says why. The caller owns the result. */
struct iam_policy *iam_policy_compile(const char *text, size_t n, enum iam_policy_kind kind,
                                      struct iam_policy_error *error);
void iam_policy_free(struct iam_policy *policy); /* accepts NULL */

#ifdef __cplusplus
}
#endif

#endif
