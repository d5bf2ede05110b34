/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encrypted assertions (XML Encryption 1.1): AES in CBC or GCM mode, its key encrypted with
 * RSA-OAEP. By hand, because Debian 12's xmlsec1-gnutls knows neither OAEP nor GCM.
 */
#include "federation/federation_priv.h"

#include <gcrypt.h>
#include <gnutls/x509.h>

#define XML_ENC_11 "http://www.w3.org/2009/xmlenc11#"

enum { BLOCK = 16, GCM_NONCE = 12, GCM_TAG = 16, KEY_MAX = 32, RSA_BITS_MIN = 1024 };

static gnutls_x509_privkey_t load_key(struct str pem)
{
    gnutls_x509_privkey_t key = NULL;
    const gnutls_datum_t datum = {(unsigned char *)(uintptr_t)pem.p, (unsigned)pem.n};
    if (gnutls_x509_privkey_init(&key) < 0)
        return NULL;
    unsigned bits = 0;
    if (gnutls_x509_privkey_import2(key, &datum, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN) >=
            0 &&
        gnutls_x509_privkey_get_pk_algorithm2(key, &bits) == GNUTLS_PK_RSA && bits >= RSA_BITS_MIN)
        return key;
    gnutls_x509_privkey_deinit(key);
    return NULL;
}

bool saml_private_key_check(struct str pem)
{
    gnutls_x509_privkey_t key = load_key(pem);
    if (key)
        gnutls_x509_privkey_deinit(key);
    return key != NULL;
}

static bool export_key(struct str pem, gcry_sexp_t *ret)
{
    gnutls_datum_t n, e, d, p, q, u;
    gnutls_x509_privkey_t key = load_key(pem);
    if (!key)
        return false;
    if (gnutls_x509_privkey_export_rsa_raw(key, &n, &e, &d, &p, &q, &u) < 0) {
        gnutls_x509_privkey_deinit(key);
        return false;
    }
    bool good = gcry_sexp_build(ret, NULL, "(private-key (rsa (n %b) (e %b) (d %b)))", (int)n.size,
                                n.data, (int)e.size, e.data, (int)d.size, d.data) == 0;
    gnutls_datum_t *const parts[] = {&n, &e, &d, &p, &q, &u};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        gnutls_free(parts[i]->data);
    gnutls_x509_privkey_deinit(key);
    return good;
}

/* The key of SIZE bytes that CIPHER holds. */
static bool unwrap(struct str pem, const char *hash, struct str cipher,
                   unsigned char ret[static KEY_MAX], size_t size)
{
    gcry_sexp_t key = NULL, data = NULL, plain = NULL;
    bool good = false;
    if (export_key(pem, &key) &&
        gcry_sexp_build(&data, NULL, "(enc-val (flags oaep) (hash-algo %s) (rsa (a %b)))", hash,
                        (int)cipher.n, cipher.p) == 0 &&
        gcry_pk_decrypt(&plain, data, key) == 0) {
        size_t n = 0;
        const char *bytes = gcry_sexp_nth_data(plain, 1, &n);
        good = bytes && n == size;
        if (good)
            memcpy(ret, bytes, n);
    }
    gcry_sexp_release(key);
    gcry_sexp_release(data);
    gcry_sexp_release(plain);
    return good;
}

/* The ways a content may be encrypted. */
static const struct cipher {
    const char *name;
    int algorithm, mode;
    size_t key;
} ciphers[] = {
    {XML_ENC "aes128-cbc", GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CBC, 16},
    {XML_ENC "aes192-cbc", GCRY_CIPHER_AES192, GCRY_CIPHER_MODE_CBC, 24},
    {XML_ENC "aes256-cbc", GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_CBC, 32},
    {XML_ENC_11 "aes128-gcm", GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_GCM, 16},
    {XML_ENC_11 "aes192-gcm", GCRY_CIPHER_AES192, GCRY_CIPHER_MODE_GCM, 24},
    {XML_ENC_11 "aes256-gcm", GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM, 32},
};

/* The last byte tells how much of the last block is padding. */
static bool unpad(struct str *text)
{
    size_t padding = text->n ? (unsigned char)text->p[text->n - 1] : 0;
    if (padding == 0 || padding > BLOCK || padding > text->n)
        return false;
    text->n -= padding;
    return true;
}

static bool open_text(gcry_cipher_hd_t handle, const struct cipher *cipher, struct str bytes,
                      struct str *text)
{
    bool gcm = cipher->mode == GCRY_CIPHER_MODE_GCM;
    size_t before = gcm ? GCM_NONCE : BLOCK, behind = gcm ? GCM_TAG : 0;
    if (bytes.n < before + behind || (!gcm && bytes.n % BLOCK))
        return false;
    size_t n = bytes.n - before - behind;
    char *plain = (char *)(uintptr_t)text->p;
    if (gcry_cipher_setiv(handle, bytes.p, before) != 0 ||
        gcry_cipher_decrypt(handle, plain, n, bytes.p + before, n) != 0)
        return false;
    text->n = n;
    return gcm ? gcry_cipher_checktag(handle, bytes.p + before + n, behind) == 0 : unpad(text);
}

static bool decrypt(struct arena *a, const struct cipher *cipher, const unsigned char *key,
                    struct str bytes, struct str *ret)
{
    gcry_cipher_hd_t handle;
    if (gcry_cipher_open(&handle, cipher->algorithm, cipher->mode, 0) != 0)
        return false;
    *ret = (struct str){arena_alloc(a, bytes.n), 0};
    bool good =
        gcry_cipher_setkey(handle, key, cipher->key) == 0 && open_text(handle, cipher, bytes, ret);
    gcry_cipher_close(handle);
    return good;
}

static xmlNode *child(xmlNode *node, const char *space, const char *name)
{
    return node ? xml_child(node, space, name) : NULL;
}

static const char *algorithm_of(struct arena *a, xmlNode *method)
{
    const char *name = method ? xml_attribute(a, method, "Algorithm") : NULL;
    return name ? name : "";
}

/* libgcrypt takes one hash for OAEP, so the mask has to be made with that of the digest. */
static const char *oaep_hash(struct arena *a, xmlNode *method)
{
    const char *name = algorithm_of(a, method);
    xmlNode *digest_node = child(method, XML_DSIG, "DigestMethod");
    xmlNode *mask_node = child(method, XML_ENC_11, "MGF");
    const char *digest = digest_node ? algorithm_of(a, digest_node) : XML_DSIG "sha1";
    const char *mask = mask_node ? algorithm_of(a, mask_node) : XML_ENC_11 "mgf1sha1";
    bool old = strcmp(name, XML_ENC "rsa-oaep-mgf1p") == 0;
    if (old ? mask_node != NULL : strcmp(name, XML_ENC_11 "rsa-oaep") != 0)
        return NULL;
    if (strcmp(digest, XML_DSIG "sha1") == 0 && strcmp(mask, XML_ENC_11 "mgf1sha1") == 0)
        return "sha1";
    bool both = strcmp(digest, XML_ENC "sha256") == 0 && strcmp(mask, XML_ENC_11 "mgf1sha256") == 0;
    return both ? "sha256" : NULL;
}

static bool cipher_value(struct arena *a, xmlNode *node, struct str *ret)
{
    xmlNode *value = child(child(node, XML_ENC, "CipherData"), XML_ENC, "CipherValue");
    const char *text = value ? xml_content(a, value) : NULL;
    return text && xml_base64(a, str_of(text), ret);
}

/* In the KeyInfo of what it is for, or beside that. */
static xmlNode *encrypted_key(xmlNode *encrypted, xmlNode *data)
{
    xmlNode *inside = child(child(data, XML_DSIG, "KeyInfo"), XML_ENC, "EncryptedKey");
    return inside ? inside : xml_child(encrypted, XML_ENC, "EncryptedKey");
}

static const struct cipher *cipher_of(struct arena *a, xmlNode *data)
{
    const char *name = algorithm_of(a, child(data, XML_ENC, "EncryptionMethod"));
    for (size_t i = 0; i < ARRAY_LEN(ciphers); i++) {
        if (strcmp(ciphers[i].name, name) == 0)
            return &ciphers[i];
    }
    return NULL;
}

xmlDoc *saml_decrypt(struct arena *a, xmlNode *encrypted, const struct saml_question *question,
                     const char **why)
{
    xmlNode *data = xml_child(encrypted, XML_ENC, "EncryptedData");
    xmlNode *key_node = encrypted_key(encrypted, data);
    struct str wrapped, bytes, text;
    *why = "the encrypted assertion has another form";
    if (!cipher_value(a, key_node, &wrapped) || !cipher_value(a, data, &bytes))
        return NULL;
    const struct cipher *cipher = cipher_of(a, data);
    const char *hash = oaep_hash(a, child(key_node, XML_ENC, "EncryptionMethod"));
    *why = "the assertion is not encrypted with AES-CBC or AES-GCM and RSA-OAEP";
    if (!cipher || !hash)
        return NULL;
    *why = "no private key of the provider decrypts the assertion";
    for (size_t i = 0; i < question->n_keys; i++) {
        unsigned char key[KEY_MAX];
        if (unwrap(str_of(question->keys[i]), hash, wrapped, key, cipher->key) &&
            decrypt(a, cipher, key, bytes, &text))
            return xml_parse(text);
    }
    return NULL;
}
