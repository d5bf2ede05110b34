/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program offers no https. GnuTLS, which libmicrohttpd wants for it, and the five libraries
 * that GnuTLS wants would be a fifth of the time to the first answer: so libmicrohttpd is linked
 * as an archive, and what it names of GnuTLS is here. Only its constructor and destructor call any
 * of this. The module of federation has GnuTLS itself, and does not see these names.
 */
#include <stdlib.h>

int gnutls_global_init(void);
void gnutls_global_deinit(void);
_Noreturn void never_called(void);

int gnutls_global_init(void)
{
    return 0;
}

void gnutls_global_deinit(void)
{
}

void never_called(void)
{
    abort();
}

#define ABSENT(name) void gnutls_##name(void) __attribute__((alias("never_called")))

ABSENT(alpn_set_protocols);
ABSENT(bye);
ABSENT(certificate_allocate_credentials);
ABSENT(certificate_free_credentials);
ABSENT(certificate_server_set_request);
ABSENT(certificate_set_dh_params);
ABSENT(certificate_set_retrieve_function2);
ABSENT(certificate_set_retrieve_function3);
ABSENT(certificate_set_x509_key_mem);
ABSENT(certificate_set_x509_key_mem2);
ABSENT(certificate_set_x509_trust_mem);
ABSENT(cipher_get);
ABSENT(credentials_set);
ABSENT(deinit);
ABSENT(dh_params_deinit);
ABSENT(dh_params_import_pkcs3);
ABSENT(dh_params_init);
ABSENT(handshake);
ABSENT(init);
ABSENT(malloc); /* a pointer to a function, which nobody reads */
ABSENT(priority_deinit);
ABSENT(priority_init);
ABSENT(priority_set);
ABSENT(protocol_get_version);
ABSENT(psk_allocate_server_credentials);
ABSENT(psk_free_server_credentials);
ABSENT(psk_set_server_credentials_function);
ABSENT(record_check_pending);
ABSENT(record_get_direction);
ABSENT(record_recv);
ABSENT(record_send);
ABSENT(session_get_ptr);
ABSENT(session_set_ptr);
ABSENT(strerror);
ABSENT(transport_set_int2);
