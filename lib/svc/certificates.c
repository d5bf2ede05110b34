/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/certificates.h"

struct proof {
    struct x509_certificate certificate;
    int code; /* an enum err, with its sentence */
    const char *message;
};

void certificate_prove(struct call *c, const struct x509_upload *upload)
{
    struct proof *proof = NEW(c->arena, struct proof);
    const struct federation *federation = federation_load(&proof->message);
    proof->code = federation ? federation->x509_read(c->arena, upload, c->now, &proof->certificate,
                                                     &proof->message)
                             : ERR_SERVICE_UNAVAILABLE;
    c->proof = proof;
}

int certificate_proven(struct call *c, const struct x509_certificate **ret)
{
    const struct proof *proof = c->proof;
    *ret = &proof->certificate;
    return proof->code == OK ? OK : call_fail(c, proof->code, "%s", proof->message);
}
