/* SPDX-License-Identifier: Apache-2.0 */
#include "access/document.h"

#include "base/mem.h"

enum { DOCUMENT_BYTES = 2048 }; /* documents of one statement are not larger */

static void destroy(struct cached *entry)
{
    struct document *document = (struct document *)entry;
    arena_done(&document->arena);
    mem_free(document);
}

struct document *document_find(struct sandbox *sandbox, struct str key)
{
    return (struct document *)cache_acquire(sandbox->documents, key);
}

int document_add(struct sandbox *sandbox, struct str key, enum policy_kind kind, struct str text,
                 struct document **ret)
{
    struct document *built = mem_alloc(sizeof *built);
    struct policy_error error;
    arena_init_small(&built->arena, DOCUMENT_BYTES);
    int code = policy_compile(&built->arena, text, kind, &built->policy, &error);
    if (code < 0) {
        destroy(&built->base);
        return code;
    }
    built->base.key = str_of(str_dup(&built->arena, key));
    built->base.destroy = destroy;
    built->base.size = sizeof *built + built->arena.total;
    uint64_t ticket = cache_ticket(sandbox->documents);
    *ret = (struct document *)cache_insert(sandbox->documents, &built->base, ticket);
    return OK;
}

void document_release(struct document *document)
{
    if (document)
        cached_release(&document->base);
}
