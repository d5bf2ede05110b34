/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How long a one-time password is good for, by the sandbox's clock (Account Management API
   Reference, AcceptPrimaryEmailUpdate). */
enum { PRIMARY_EMAIL_CODE_SECONDS = 24 * 3600 };
