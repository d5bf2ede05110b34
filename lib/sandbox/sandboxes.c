/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/sandboxes.h"

#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/map.h"
#include "base/mem.h"
#include "err.h"

struct sandboxes {
    const struct sandbox_setup *setup;
    const char *directory;
    struct sandboxes_limits limits;
    pthread_mutex_t making; /* held while one is made or goes, so that none is made twice */
    pthread_mutex_t lock;   /* guards the map, for a moment */
    struct map by_name;
    struct sandbox *template; /* what others begin as; NULL: none was made yet */
};

bool sandbox_name_ok(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        if (!ascii_is_alnum(name.p[i]) && name.p[i] != '-' && name.p[i] != '_')
            return false;
    }
    return name.n > 0 && name.n < SANDBOX_NAME_SIZE;
}

static const char *parent_of_kept(const struct sandboxes *s, struct arena *a)
{
    return arena_printf(a, "%s/sandboxes", s->directory);
}

static const char *directory_of(const struct sandboxes *s, struct str name, struct arena *a)
{
    return arena_printf(a, "%s/sandboxes/%.*s", s->directory, STR_FMT(name));
}

static void put(struct sandboxes *s, struct sandbox *sandbox)
{
    pthread_mutex_lock(&s->lock);
    map_put(&s->by_name, str_of(sandbox->name), sandbox);
    pthread_mutex_unlock(&s->lock);
}

static int open_one(struct sandboxes *s, struct str name, const char *directory, struct arena *a,
                    const char **message)
{
    struct sandbox *sandbox;
    TRY(sandbox_new(name, s->setup, directory, a, &sandbox, message));
    put(s, sandbox);
    return OK;
}

/* Whatever else is in that directory is somebody else's. */
static int open_kept(struct sandboxes *s, struct arena *a, const char **message)
{
    DIR *found = s->directory ? opendir(parent_of_kept(s, a)) : NULL;
    int code = OK;
    if (!found)
        return OK;
    for (struct dirent *entry; code == OK && (entry = readdir(found)) != NULL;) {
        struct str name = str_of(entry->d_name);
        if (sandbox_name_ok(name) && !str_is(name, "default"))
            code = open_one(s, name, directory_of(s, name, a), a, message);
    }
    closedir(found);
    return code;
}

int sandboxes_open(const struct sandbox_setup *setup, const char *directory,
                   const struct sandboxes_limits *limits, struct arena *a, struct sandboxes **ret,
                   const char **message)
{
    struct sandboxes *s = mem_alloc(sizeof *s);
    s->setup = setup;
    s->directory = directory;
    s->limits = *limits;
    pthread_mutex_init(&s->making, NULL);
    pthread_mutex_init(&s->lock, NULL);
    int code = open_one(s, STR("default"), directory, a, message);
    if (code == OK)
        code = open_kept(s, a, message);
    if (code < 0) {
        sandboxes_free(s);
        return code;
    }
    *ret = s;
    return OK;
}

void sandboxes_free(struct sandboxes *s)
{
    if (!s)
        return;
    const struct map_entry *entry;
    for (size_t at = 0; (entry = map_next(&s->by_name, &at)) != NULL;)
        sandbox_release(entry->value);
    sandbox_release(s->template);
    map_done(&s->by_name);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->making);
    mem_free(s);
}

struct sandbox *sandboxes_find(struct sandboxes *s, struct str name)
{
    pthread_mutex_lock(&s->lock);
    struct sandbox *sandbox = map_get(&s->by_name, name);
    if (sandbox)
        sandbox_keep(sandbox);
    pthread_mutex_unlock(&s->lock);
    return sandbox;
}

static int compare(const void *x, const void *y)
{
    const struct sandbox *const *a = x, *const *b = y;
    return strcmp((*a)->name, (*b)->name);
}

size_t sandboxes_list(struct sandboxes *s, struct arena *a, struct sandbox ***ret)
{
    size_t n = 0;
    const struct map_entry *entry;
    pthread_mutex_lock(&s->lock);
    *ret = NEW_ARRAY(a, struct sandbox *, s->by_name.n);
    for (size_t at = 0; (entry = map_next(&s->by_name, &at)) != NULL;)
        (*ret)[n++] = sandbox_keep(entry->value);
    pthread_mutex_unlock(&s->lock);
    qsort(*ret, n, sizeof **ret, compare);
    return n;
}

/* Where a sandbox that is to be made has its files, in a directory that was not there before; NULL:
   in memory. */
static int prepare_directory(const struct sandboxes *s, struct str name, bool keep, struct arena *a,
                             const char **ret, const char **message)
{
    *ret = NULL;
    if (!keep)
        return OK;
    const char *parent = s->directory ? parent_of_kept(s, a) : NULL;
    if (!parent)
        *message = "Without --data nothing is kept.";
    if (!parent)
        return ERR_INVALID_INPUT;
    *ret = directory_of(s, name, a);
    if ((mkdir(parent, 0700) == 0 || errno == EEXIST) && mkdir(*ret, 0700) == 0)
        return OK;
    *message = arena_printf(a, "cannot make directory %s: %s", *ret, strerrordesc_np(errno));
    return ERR_STORE;
}

/* With the accounts of the setup: transactions that are not to be repeated for each sandbox. */
static int need_template(struct sandboxes *s, struct arena *a, const char **message)
{
    struct sandbox *made;
    if (s->template)
        return OK;
    TRY(sandbox_new(STR("template"), s->setup, NULL, a, &made, message));
    int code = sandbox_fill(made, a);
    if (code == OK) {
        s->template = made;
        return OK;
    }
    *message = "the accounts cannot be made";
    sandbox_release(made);
    return code;
}

static int make(struct sandboxes *s, struct str name, bool keep, struct arena *a,
                struct sandbox **ret, const char **message)
{
    const char *directory;
    TRY(need_template(s, a, message));
    TRY(prepare_directory(s, name, keep, a, &directory, message));
    int code = sandbox_copy(s->template, name, directory, a, ret, message);
    if (code < 0 && directory)
        store_delete(directory, a);
    return code;
}

/* Whether there is room for one more. */
static int check_limits(const struct sandboxes *s, struct arena *a, const char **message)
{
    struct mallinfo2 used = mallinfo2();
    size_t bytes = used.uordblks + used.hblkhd;
    if (s->by_name.n > s->limits.number) {
        *message = arena_printf(a,
                                "There are %zu sandboxes besides the default one, and "
                                "--max-sandboxes allows no more: delete one.",
                                s->by_name.n - 1);
        return ERR_LIMIT_EXCEEDED;
    }
    if (bytes >= s->limits.bytes) {
        *message = arena_printf(a,
                                "The sandboxes take up %zu MiB of memory, and no more are made "
                                "beyond %zu MiB: delete one.",
                                bytes >> 20, s->limits.bytes >> 20);
        return ERR_LIMIT_EXCEEDED;
    }
    return OK;
}

int sandboxes_add(struct sandboxes *s, struct str name, bool keep, struct arena *a,
                  struct sandbox **ret, const char **message)
{
    int code = ERR_ENTITY_ALREADY_EXISTS;
    pthread_mutex_lock(&s->making);
    *ret = sandboxes_find(s, name);
    if (!*ret && (code = check_limits(s, a, message)) == OK)
        code = make(s, name, keep, a, ret, message);
    if (code == OK)
        put(s, sandbox_keep(*ret));
    pthread_mutex_unlock(&s->making);
    return code;
}

void sandboxes_remove(struct sandboxes *s, struct sandbox *sandbox)
{
    struct arena a;
    arena_init(&a);
    pthread_mutex_lock(&s->making);
    pthread_mutex_lock(&s->lock);
    map_remove(&s->by_name, str_of(sandbox->name));
    pthread_mutex_unlock(&s->lock);
    store_close(sandbox->store);
    sandbox->store = NULL;
    if (sandbox->kept)
        store_delete(directory_of(s, str_of(sandbox->name), &a), &a);
    pthread_mutex_unlock(&s->making);
    sandbox_release(sandbox);
    arena_done(&a);
}
