/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/people.h"

#include <stdlib.h>

#include "authn/last_used.h"

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct key_row *)a)->id, ((const struct key_row *)b)->id);
}

/* AWS undocumented: that inactive ones come first; seen, but rarely. */
static int by_status(const void *a, const void *b)
{
    const struct signing_certificate_row *x = a, *y = b;
    int order = strcmp(y->status, x->status);
    return order ? order : strcmp(x->id, y->id);
}

static void show_use(struct call *c, struct arena *a, struct person *person)
{
    struct key_usage usage;
    struct last_used *used = c->sandbox->last_used;
    if (last_used_get(used, a, str_of(person->row.id), &usage)) {
        person->row.has_password_last_used = true;
        person->row.password_last_used = usage.at;
    }
    for (size_t i = 0; i < person->n_keys; i++) {
        struct key_row *key = &person->keys[i];
        if (last_used_get(used, a, str_of(key->id), &usage)) {
            key->has_last_used = true;
            key->last_used = usage.at;
            key->last_service = usage.service;
            key->last_region = usage.region;
        }
    }
}

static void finish(struct call *c, struct arena *a, struct person *person)
{
    if (person->n_keys > 1)
        qsort(person->keys, person->n_keys, sizeof *person->keys, by_id);
    if (person->n_certificates > 1)
        qsort(person->certificates, person->n_certificates, sizeof *person->certificates,
              by_status);
    show_use(c, a, person);
}

int people_root(struct call *c, struct tx *tx, struct person *ret)
{
    struct key_row_list keys;
    struct signing_certificate_row_list certificates;
    *ret = (struct person){.n_keys = 0};
    TRY(q_person_root(tx, &(struct q_person_root){c->account}, &ret->row));
    TRY(q_person_keys_of_root(tx, &(struct q_person_keys_of_root){c->account}, &keys));
    TRY(q_person_certificates_of_root(tx, &(struct q_person_certificates_of_root){c->account},
                                      &certificates));
    ret->keys = keys.v;
    ret->n_keys = keys.n;
    ret->certificates = certificates.v;
    ret->n_certificates = certificates.n;
    finish(c, tx->arena, ret);
    return OK;
}

/* Both lists are in the order of the people. */
static void hand_out(struct people *people, const struct key_row_list *keys,
                     const struct signing_certificate_row_list *certificates)
{
    size_t key = 0, certificate = 0;
    for (size_t i = 0; i < people->n; i++) {
        struct person *person = &people->v[i];
        person->keys = keys->v + key;
        for (; key < keys->n && strcmp(keys->v[key].owner, person->row.id) == 0; key++)
            person->n_keys++;
        person->certificates = certificates->v + certificate;
        for (; certificate < certificates->n &&
               strcmp(certificates->v[certificate].owner, person->row.id) == 0;
             certificate++)
            person->n_certificates++;
    }
}

int people_page(struct call *c, struct tx *tx, const char *after, int64_t limit, struct people *ret)
{
    struct person_row_list rows;
    struct key_row_list keys;
    struct signing_certificate_row_list certificates;
    TRY(q_person_page(tx, &(struct q_person_page){c->account, after, limit}, &rows));
    const char *last = rows.n ? rows.v[rows.n - 1].name_key : after;
    TRY(q_person_keys(tx, &(struct q_person_keys){c->account, after, last}, &keys));
    TRY(q_person_certificates(tx, &(struct q_person_certificates){c->account, after, last},
                              &certificates));
    *ret = (struct people){rows.n, NEW_ARRAY(tx->arena, struct person, rows.n)};
    for (size_t i = 0; i < rows.n; i++)
        ret->v[i].row = rows.v[i];
    hand_out(ret, &keys, &certificates);
    for (size_t i = 0; i < ret->n; i++)
        finish(c, tx->arena, &ret->v[i]);
    return OK;
}
