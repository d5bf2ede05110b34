/* SPDX-License-Identifier: Apache-2.0 */
/* Variables of policies: "IAM policy elements: Variables and tags". */
#include <string.h>

#include "evaluator.h"

/* What one ${...} at S is: where it ends, its name and its default. */
struct variable {
    const char *name, *other;
    size_t name_n, other_n;
    const char *end;
};

/* The end of the name is a brace, or the comma, blank and quote in front of a default. */
static bool read_variable(const char *s, struct variable *ret)
{
    const char *name = s + 2, *brace = strchr(name, '}'), *comma = strstr(name, ", '");
    if (!brace)
        return false;
    *ret = (struct variable){.name = name, .name_n = (size_t)(brace - name), .end = brace + 1};
    const char *quote = comma && comma < brace ? strstr(comma + 3, "'}") : NULL;
    if (quote) {
        ret->name_n = (size_t)(comma - name);
        ret->other = comma + 3;
        ret->other_n = (size_t)(quote - ret->other);
        ret->end = quote + 2;
    }
    return true;
}

/* What is inserted is text: wildcards in it stand for themselves. */
static bool insert(const struct ref_request *r, const struct variable *v, struct text *t)
{
    char name[REF_SPELLING], buf[REF_SPELLING];
    if (v->name_n >= sizeof(name))
        return false;
    memcpy(name, v->name, v->name_n);
    name[v->name_n] = '\0';
    const char *value = ref_single(r, name, buf);
    if (value) {
        text_append(t, value, strlen(value), false);
        return true;
    }
    json_t *values = ref_values(r, name);
    json_decref(values);
    /* A list cannot be inserted; the default is for keys that have no value at all. */
    if (values || !v->other)
        return false;
    text_append(t, v->other, v->other_n, false);
    return true;
}

static bool is_escape(const char *s)
{
    return s[2] && strchr("*?$", s[2]) && s[3] == '}';
}

bool ref_expand(const struct ref_request *r, const char *pattern, struct text *ret)
{
    bool complete = true;
    ret->n = 0;
    for (const char *s = pattern; *s;) {
        struct variable v;
        const char *start = strstr(s, "${");
        size_t n = start ? (size_t)(start - s) : strlen(s);
        text_append(ret, s, n, true);
        s += n;
        if (!start)
            break;
        if (is_escape(s)) {
            text_add(ret, (unsigned char)s[2], false);
            s += 4;
        } else if (read_variable(s, &v)) {
            complete = insert(r, &v, ret) && complete;
            s = v.end;
        } else { /* it does not end: text */
            text_append(ret, s, strlen(s), true);
            break;
        }
    }
    return complete;
}
