/* SPDX-License-Identifier: Apache-2.0 */
/* What no request of HTTP has, and would be read in two ways by those who pass it on (RFC 9112,
   sections 3 and 5). */
#include "server/own/authorize_priv.h"

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        bool usual = ascii_is_alnum(s.p[i]) || s.p[i] == '-';
        if (!usual && (!s.p[i] || !strchr("!#$%&'*+.^_`|~", s.p[i])))
            return false;
    }
    return s.n > 0;
}

static bool is_target(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '#' || s.p[i] == 0x7f)
            return false;
    }
    return true;
}

static bool is_value(struct str s)
{
    if (str_is_ascii(s, ' ') && (s.n == 0 || !memchr(s.p, 0x7f, s.n)))
        return true;
    for (size_t i = 0; i < s.n; i++) {
        if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') || s.p[i] == 0x7f)
            return false;
    }
    return true;
}

const char *authorize_check_line(struct str method, struct str target)
{
    if (!is_token(method))
        return "the method is no name";
    if (target.n == 0 || target.p[0] != '/')
        return "the target does not begin with a slash: expected the path and the query of a "
               "request line, as they were sent";
    return is_target(target) ? NULL : "the target has blanks, control characters or a fragment";
}

const char *authorize_check_header(struct str name, struct str value)
{
    if (!is_token(name))
        return "the name of a header is none";
    return is_value(value) ? NULL : "the value of a header has control characters";
}

void authorize_set_target(struct request *rq, struct str target)
{
    rq->path = str_cut(&target, '?');
    rq->query = target;
}
