/* SPDX-License-Identifier: Apache-2.0 */
/* What every file may use: attributes and the one control-flow macro. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))
#define CLEANUP(function) __attribute__((cleanup(function)))
#define UNUSED __attribute__((unused))

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* Success. Failures are the negative codes of the generated err.h. */
enum { OK = 0 };

/* Leaves the calling function with the same code when EXPR fails. */
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        int try_code = (expr);                                                                     \
        if (try_code < 0)                                                                          \
            return try_code;                                                                       \
    } while (0)

/*
 * Ends the program with one line unless EXPR holds, in release builds, too: what our own functions
 * promise each other, and what memory depends on. Never for input.
 */
#define ENSURE(expr) ((expr) ? (void)0 : ensure_failed(#expr, __FILE__, __LINE__))
_Noreturn void ensure_failed(const char *expr, const char *file, int line);
