/* SPDX-License-Identifier: Apache-2.0 */
/* Texts against patterns that POSIX understands, too, and against one with all of Unicode. */
#include <regex.h>

#include "parts_api.h"
#include "shape/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool posix_fits(struct arena *a, const char *pattern, const char *text)
{
    regex_t regex;
    const char *whole = arena_printf(a, "^(%s)$", pattern);
    if (regcomp(&regex, whole, REG_EXTENDED | REG_NOSUB) != 0)
        __builtin_trap();
    bool fits = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return fits;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct shape *const shape = &parts_try_patterns_in_shape;
    struct arena a;
    struct str text = {(const char *)data, size};
    if (!str_is_utf8(text))
        return 0;
    arena_init(&a);
    for (size_t i = 0; i < shape->n; i++) {
        const struct shape_pattern *pattern = shape->fields[i].rule->pattern;
        bool fits = shape_pattern_fits(pattern, text);
        if (pattern->text[0] != '[' && fits != posix_fits(&a, pattern->text, str_dup(&a, text)))
            __builtin_trap();
    }
    arena_done(&a);
    return 0;
}
