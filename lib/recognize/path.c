/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether all readers of a path read the same. AWS's front ends match it as it was sent and decode
 * its labels afterwards: an encoded slash separates nothing. Others decode, or take dot segments
 * and parameters of segments out, before they match.
 */
#include "recognize/find_priv.h"

/* What RFC 3986 lets stand in a path, but for ";" and "+", which some readers take for more. */
static bool is_plain(char c)
{
    return ascii_is_alnum(c) || (c != '\0' && strchr("/-._~!$&'()*,:=@%", c));
}

static bool has_dot_segment(struct str path)
{
    while (path.p) {
        struct str part = str_cut(&path, '/');
        if (str_is(part, ".") || str_is(part, ".."))
            return true;
    }
    return false;
}

/* What back ends keep for themselves, and serve before they look for a service: moto's API and its
   metadata of instances, LocalStack's endpoints, MinIO's administration. To AWS it may be a key. */
static bool is_own(struct str path)
{
    static const char *const known[] = {
        "/moto-api", "/latest/meta-data/", "/latest/api/",  "/_localstack/",
        "/_aws/",    "/_extension/",       "/minio/admin/", "/minio/kms/",
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_starts(path, str_of(known[i])))
            return true;
    }
    return false;
}

enum recognize_why path_check(struct find *find, struct str path)
{
    bool encoded = false;
    for (size_t i = 0; i < path.n; i++) {
        if (!is_plain(path.p[i])) {
            find->reason = "The path has a character that clients encode.";
            return (unsigned char)path.p[i] > ' ' && (unsigned char)path.p[i] < 0x7f
                       ? RECOGNIZE_AMBIGUOUS
                       : RECOGNIZE_MALFORMED;
        }
        encoded = encoded || path.p[i] == '%';
    }
    struct buf text = {.arena = find->arena};
    if (encoded) {
        if (!buf_pct_decode(&text, path, false) || !str_is_utf8(buf_str(&text))) {
            find->reason = "The path is no percent-encoded UTF-8.";
            return RECOGNIZE_MALFORMED;
        }
        path = buf_str(&text);
    }
    if (is_own(path)) {
        find->reason = "The path is one that back ends keep for themselves.";
        return RECOGNIZE_AMBIGUOUS;
    }
    if (has_dot_segment(path)) {
        find->reason = "The path has a part \".\" or \"..\", which readers may take out.";
        return RECOGNIZE_AMBIGUOUS;
    }
    return RECOGNIZED;
}
