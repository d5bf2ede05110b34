/* SPDX-License-Identifier: Apache-2.0 */
/* Compiles a policy and decides a request:
   cc example.c $(pkg-config --cflags --libs iam-local) && ./a.out s3:GetObject */
#include <iam-local/authz.h>
#include <stdio.h>
#include <string.h>

static const char document[] =
    "{\"Version\": \"2012-10-17\", \"Statement\": {\"Sid\": \"OwnFolder\", \"Effect\": \"Allow\",\n"
    " \"Action\": \"s3:Get*\", \"Resource\": \"arn:aws:s3:::home/${aws:username}/*\"}}";

int main(int argc, char *argv[])
{
    struct iam_policy_error error;
    struct iam_policy *policy =
        iam_policy_compile(document, strlen(document), IAM_POLICY_IDENTITY, &error);
    if (!policy) {
        fprintf(stderr, "%zu:%zu: %s\n", error.line, error.column, error.message);
        return 2;
    }
    struct iam_set *set = iam_set_new();
    iam_set_add(set, policy, IAM_LAYER_IDENTITY, 0, "own-folder", NULL);
    struct iam_context *context = iam_context_new();
    iam_context_add(context, "aws:username", "alice");
    struct iam_request request = {
        .principal_kind = IAM_PRINCIPAL_USER,
        .principal = "arn:aws:iam::123456789012:user/alice",
        .account = "123456789012",
        .action = argc > 1 ? argv[1] : "s3:GetObject",
        .resource = "arn:aws:s3:::home/alice/notes.txt",
        .context = context,
    };
    struct iam_decision decision = iam_decide(set, &request);
    char *denial = iam_denial(set, &request);
    printf("%s (%s)\n%s\n", iam_outcome_name(decision.outcome),
           decision.policy ? decision.policy : "no policy", denial ? denial : "welcome");
    iam_free(denial);
    iam_context_free(context);
    iam_set_free(set);
    iam_policy_free(policy);
    return decision.outcome == IAM_ALLOW ? 0 : 1;
}
