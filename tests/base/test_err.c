/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base.h"
#include "err.h"
#include "support/suite.h"

/* Codes on the wire and statuses of the AWS service models, and of answers that were recorded. */
static const struct {
    int code;
    const char *wire;
    int status;
} known[] = {
    {ERR_NO_SUCH_ENTITY, "NoSuchEntity", 404},
    {ERR_ENTITY_ALREADY_EXISTS, "EntityAlreadyExists", 409},
    {ERR_DELETE_CONFLICT, "DeleteConflict", 409},
    {ERR_LIMIT_EXCEEDED, "LimitExceeded", 409},
    {ERR_CONCURRENT_MODIFICATION, "ConcurrentModification", 409},
    {ERR_ENTITY_TEMPORARILY_UNMODIFIABLE, "EntityTemporarilyUnmodifiable", 409},
    {ERR_FEATURE_ENABLED, "FeatureEnabled", 409},
    {ERR_FEATURE_DISABLED, "FeatureDisabled", 404},
    {ERR_INVALID_AUTHENTICATION_CODE, "InvalidAuthenticationCode", 403},
    {ERR_INVALID_INPUT, "InvalidInput", 400},
    {ERR_MALFORMED_POLICY_DOCUMENT, "MalformedPolicyDocument", 400},
    {ERR_POLICY_NOT_ATTACHABLE, "PolicyNotAttachable", 400},
    {ERR_UNMODIFIABLE_ENTITY, "UnmodifiableEntity", 400},
    {ERR_SERVICE_FAILURE, "ServiceFailure", 500},
    {ERR_INVALID_ACTION, "InvalidAction", 400},
    {ERR_MALFORMED_INPUT, "MalformedInput", 400},
    {ERR_VALIDATION_ERROR, "ValidationError", 400},
    {ERR_MISSING_AUTHENTICATION_TOKEN, "MissingAuthenticationToken", 403},
    {ERR_INCOMPLETE_SIGNATURE, "IncompleteSignature", 400},
    {ERR_INVALID_CLIENT_TOKEN_ID, "InvalidClientTokenId", 403},
    {ERR_SIGNATURE_DOES_NOT_MATCH, "SignatureDoesNotMatch", 403},
    {ERR_EXPIRED_SESSION, "ExpiredToken", 403},
    {ERR_ACCESS_DENIED, "AccessDenied", 403},
    {ERR_INVALID_PARAMETER_VALUE, "InvalidParameterValue", 400},
    {ERR_PACKED_POLICY_TOO_LARGE, "PackedPolicyTooLarge", 400},
    {ERR_IDP_REJECTED_CLAIM, "IDPRejectedClaim", 403},
    {ERR_INVALID_IDENTITY_TOKEN, "InvalidIdentityToken", 400},
    {ERR_IDP_COMMUNICATION_ERROR, "IDPCommunicationError", 400},
    {ERR_EXPIRED_TOKEN, "ExpiredTokenException", 400},
    {ERR_INVALID_AUTHORIZATION_MESSAGE, "InvalidAuthorizationMessageException", 400},
    {ERR_JWT_PAYLOAD_SIZE_EXCEEDED, "JWTPayloadSizeExceededException", 400},
    {ERR_OUTBOUND_WEB_IDENTITY_FEDERATION_DISABLED,
     "OutboundWebIdentityFederationDisabledException", 403},
    {ERR_SESSION_DURATION_ESCALATION, "SessionDurationEscalationException", 403},
};

START_TEST(test_codes_and_statuses)
{
    const struct err_face *face = err_face(known[_i].code);
    ck_assert_str_eq(face->code, known[_i].wire);
    ck_assert_int_eq(face->status, known[_i].status);
    ck_assert_str_eq(face->fault, face->status == 500 ? "Receiver" : "Sender");
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, test_codes_and_statuses, 0, ARRAY_LEN(known));
    return suite_run("err", tc);
}
