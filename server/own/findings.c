/* SPDX-License-Identifier: Apache-2.0 */
#include "server/own/findings.h"

/* The most severe first. Those of Security Hub are in its User Guide, "Security Hub CSPM controls
   for AWS Identity and Access Management", with the severity it gives them; IAM.20, which is
   retired, asked for an alarm. The severities of the others are ours. */
static const struct {
    const char *name, *severity, *source, *title;
} checks[CHECKS] = {
    [ROOT_ACCESS_KEYS] = {"root-access-keys", "critical", "Security Hub IAM.4",
                          "the root user has access keys"},
    [ROOT_MFA] = {"root-mfa", "critical", "Security Hub IAM.9", "the root user has no MFA device"},
    [ROOT_HARDWARE_MFA] = {"root-hardware-mfa", "critical", "Security Hub IAM.6",
                           "the root user has no hardware MFA device"},
    [TRUST_OF_EVERYBODY] = {"trust-everybody", "high", "IAM User Guide, IAM Access Analyzer",
                            "roles let everybody in"},
    [WILDCARD_ADMINISTRATORS] = {"wildcard-administrators", "high", "Security Hub IAM.1",
                                 "policies allow everything"},
    [USER_MFA] = {"user-mfa", "medium", "Security Hub IAM.5",
                  "users with a password have no MFA device"},
    [KEY_AGE] = {"key-age", "medium", "Security Hub IAM.3", "access keys are old"},
    [UNUSED_CREDENTIALS] = {"unused-credentials", "medium", "Security Hub IAM.22",
                            "credentials are not used"},
    [SHARED_KEYS] = {"shared-keys", "medium", "IAM User Guide, Security best practices",
                     "access keys are used from several addresses"},
    [PASSWORD_POLICY] = {"password-policy", "medium", "Security Hub IAM.7, IAM.15",
                         "the password policy is weak"},
    [ROOT_USE] = {"root-use", "low", "Security Hub IAM.20",
                  "the root user was used in the last seven days"},
    [PASSWORD_REUSE] = {"password-reuse", "low", "Security Hub IAM.16",
                        "passwords can be used again"},
    [PASSWORD_EXPIRY] = {"password-expiry", "low", "Security Hub IAM.17",
                         "passwords do not expire within 90 days"},
    [TRUST_OF_OTHER_ACCOUNTS] = {"trust-other-accounts", "low",
                                 "IAM User Guide, IAM Access Analyzer",
                                 "roles let other accounts in"},
    [TWO_ACTIVE_KEYS] = {"two-active-keys", "low", "CIS AWS Foundations Benchmark 1.13",
                         "users have two active access keys"},
    [INLINE_POLICIES] = {"inline-policies", "low", "Security Hub IAM.2",
                         "users have inline policies"},
    [DIRECT_ATTACHMENTS] = {"direct-attachments", "low", "Security Hub IAM.2",
                            "policies are attached to users instead of groups"},
};

struct findings *findings_new(struct arena *a, int64_t limit)
{
    struct findings *findings = NEW(a, struct findings);
    findings->limit = limit;
    for (int i = 0; i < CHECKS; i++)
        findings->of[i].json = buf_new(a, 64);
    return findings;
}

void findings_add(struct findings *findings, enum check check, const char *about, const char *what,
                  const char *mend)
{
    findings->n++;
    findings->of[check].count++;
    if (findings->of[check].listed == findings->limit)
        return;
    struct buf *b = &findings->of[check].json;
    buf_add_text(b, findings->of[check].listed++ ? ",{" : "{");
    buf_json_text(b, "about", about);
    buf_add_char(b, ',');
    buf_json_text(b, "what", what);
    buf_add_char(b, ',');
    buf_json_text(b, "mend", mend);
    buf_add_char(b, '}');
}

const char *findings_json(const struct findings *findings, struct arena *a)
{
    struct buf b = buf_new(a, 4096);
    for (int i = 0; i < CHECKS; i++) {
        buf_add_text(&b, i ? ",{" : "[{");
        buf_json_text(&b, "check", checks[i].name);
        buf_add_char(&b, ',');
        buf_json_text(&b, "severity", checks[i].severity);
        buf_add_char(&b, ',');
        buf_json_text(&b, "source", checks[i].source);
        buf_add_char(&b, ',');
        buf_json_text(&b, "title", checks[i].title);
        buf_add_char(&b, ',');
        buf_json_number(&b, "count", (uint64_t)findings->of[i].count);
        buf_add_text(&b, ",\"findings\":[");
        buf_add(&b, buf_str(&findings->of[i].json));
        buf_add_text(&b, "]}");
    }
    buf_add_char(&b, ']');
    return buf_text(&b);
}
