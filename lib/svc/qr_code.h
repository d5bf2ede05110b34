/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/str.h"

/* A PNG image of TEXT, of up to 2953 bytes, as a QR code, in the arena; longer ones have none. */
struct str qr_code_png(struct arena *a, const char *text);
