/* SPDX-License-Identifier: Apache-2.0 */
#include "access/resolve.h"

#include "authz/authz.h"
#include "entities.h"
#include "model/arn.h"
#include "queries.h"

static const char *member(const void *in, uint16_t offset)
{
    return offset == API_NO_MEMBER ? NULL : *(const char *const *)((const char *)in + offset);
}

static const char *name_of(const struct api_auth *row, const void *in)
{
    const char *name = member(in, row->member);
    return row->inside && name ? member(name, 0) : name;
}

/* Without a name the caller is meant. A session is told off as the user of its own name. */
static int resolve_self(struct call *c, struct entity_face *ret)
{
    struct iam_user *user;
    if (c->principal->kind == PRINCIPAL_SESSION)
        ret->name = strchr(c->principal->id, ':') + 1;
    if (c->principal->kind != PRINCIPAL_USER)
        return ERR_NOT_FOUND;
    TRY(entity_user_by_id(c, c->principal->id, &user));
    entity_face_of(c, RESOURCE_USER, ret);
    return OK;
}

/* NAME may be NULL. What does not exist has the ARN it would have at path "/". */
static int resolve_existing(struct call *c, const struct api_auth *row, const char *name,
                            struct entity_face *ret)
{
    *ret = (struct entity_face){.name = name ? name : "", .path = "/"};
    bool self = row->self && !name;
    int code = self ? resolve_self(c, ret) : entity_face(c, row->resource, ret->name, ret);
    return code == ERR_NOT_FOUND ? OK : code;
}

/* The entity under the name and path it shall have. */
static void rename_face(struct entity_face *face, const char *name, const char *path)
{
    face->arn = face->id = NULL;
    face->name = name ? name : face->name;
    face->path = path ? path : face->path;
}

static int resolve_face(struct call *c, const struct api_auth *row, const void *in,
                        struct entity_face *ret)
{
    const char *name = name_of(row, in), *path = member(in, row->path);
    switch (row->target) {
    case API_ON_STAR:
        *ret = (struct entity_face){.name = "", .arn = "*"};
        break;
    case API_ON_PREFIX:
        *ret = (struct entity_face){.name = "", .path = name ? name : "/"};
        break;
    case API_ON_EVERY:
        *ret = (struct entity_face){.name = "*", .path = "/"};
        break;
    case API_ON_ENTITY:
        return resolve_existing(c, row, name, ret);
    case API_ON_RENAMED:
        TRY(resolve_existing(c, row, member(in, row->old_member), ret));
        rename_face(ret, name, path);
        break;
    case API_ON_NEW:
        entity_new_face(c, row->resource, name, path, ret);
        break;
    }
    return OK;
}

static char *word_and_name(struct arena *a, enum api_resource kind, const char *name)
{
    struct buf b = buf_new(a, 128);
    buf_add_text(&b, entity_kinds[kind].word);
    buf_add_char(&b, ' ');
    buf_add_text(&b, name);
    return buf_text(&b);
}

/* What is named by its ARN can be another account's. */
static struct str owner_of(const struct call *c, const char *text)
{
    struct arn arn;
    bool iam = arn_parse(str_of(text), &arn) && str_is(arn.service, "iam") && arn.account.n;
    return iam ? arn.account : str_of(c->account);
}

/* Whether a root user asks about itself, or about a key of its own, which to all others is like one
   that does not exist. */
static bool is_own_root(struct call *c, const struct api_auth *row, const char *name)
{
    const struct key_row *key = c->found[RESOURCE_ACCESS_KEY].row;
    if (c->principal->kind != PRINCIPAL_ROOT || *name)
        return false;
    return row->self ||
           (row->resource == RESOURCE_ACCESS_KEY && key && strcmp(key->owner, c->account) == 0);
}

/* The caller is the one to whom the resource grants something by itself. */
static bool is_holder(const struct call *c, const struct entity_face *face)
{
    const char *arn = c->principal->arn;
    return face->holder ? arn && strcmp(face->holder, arn) == 0 : str_is(face->account, c->account);
}

int resolve_resource(struct call *c, const struct api_auth *row, const void *in,
                     struct resource *ret)
{
    struct entity_face face;
    TRY(resolve_face(c, row, in, &face));
    bool everything = row->target == API_ON_STAR;
    if (everything || (row->target == API_ON_PREFIX && !entity_has_arn(row->resource))) {
        const char *below = everything ? "*" : word_and_name(c->arena, row->resource, face.path);
        *ret = (struct resource){.kind = row->resource, .arn = "*", .shown = below};
        return OK;
    }
    bool root = is_own_root(c, row, face.name);
    const char *arn = root       ? c->principal->arn
                      : face.arn ? face.arn
                                 : entity_arn(c, row->resource, &face);
    bool named = row->named && *face.name;
    *ret = (struct resource){
        .kind = row->resource,
        .arn = arn,
        .shown = named ? word_and_name(c->arena, row->resource, face.name) : arn,
        .id = face.id,
        .account = face.account.p ? face.account : owner_of(c, arn),
        .told = face.told,
        .policy = face.policy && is_holder(c, &face) ? face.policy : NULL,
    };
    return OK;
}
