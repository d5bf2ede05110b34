/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite's view of pages in memory. A file that is opened for reading stays at one version, and its
 * pages are used where they are; what one that writes has written becomes the next version when
 * SQLite gives up its lock. Journals are SQLite's own, in memory, so that there are no other files.
 */
#include <string.h>

#include "base/mem.h"
#include "store/pages.h"
#include "store/sqlite_priv.h"

struct memory_file {
    sqlite3_file base;
    struct pages *pages; /* NULL: of nothing, which is empty */
    struct pages_version *version;
    bool written; /* since the version */
};

static const struct page_tree *tree_of(const struct memory_file *file)
{
    static const struct page_tree empty;
    if (!file->pages)
        return &empty;
    return file->written ? pages_draft(file->pages) : &file->version->tree;
}

/* The N bytes from OFFSET, which are within a page; NULL: nobody has written there. */
static const unsigned char *bytes_at(const struct memory_file *file, sqlite3_int64 offset, int n)
{
    sqlite3_int64 begin = offset % PAGE_SIZE;
    ENSURE(begin + n <= PAGE_SIZE);
    const unsigned char *page = page_at(tree_of(file), (uint32_t)(offset / PAGE_SIZE));
    return page ? page + begin : NULL;
}

static int file_close(sqlite3_file *base UNUSED)
{
    return SQLITE_OK;
}

static int file_read(sqlite3_file *base, void *to, int n, sqlite3_int64 offset)
{
    const struct memory_file *file = (const struct memory_file *)base;
    const unsigned char *bytes = bytes_at(file, offset, n);
    if (bytes)
        memcpy(to, bytes, (size_t)n);
    else
        memset(to, 0, (size_t)n);
    bool there = offset / PAGE_SIZE < tree_of(file)->count;
    return there ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *base, const void *from, int n, sqlite3_int64 offset)
{
    struct memory_file *file = (struct memory_file *)base;
    ENSURE(n == PAGE_SIZE && offset % PAGE_SIZE == 0);
    pages_write(file->pages, (uint32_t)(offset / PAGE_SIZE), from);
    file->written = true;
    return SQLITE_OK;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct memory_file *file = (struct memory_file *)base;
    pages_cut(file->pages, (uint32_t)(size / PAGE_SIZE));
    file->written = true;
    return SQLITE_OK;
}

static int file_sync(sqlite3_file *base UNUSED, int flags UNUSED)
{
    return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *ret)
{
    *ret = (sqlite3_int64)tree_of((const struct memory_file *)base)->count * PAGE_SIZE;
    return SQLITE_OK;
}

/* The store sees to it that one thread writes at a time. */
static int file_lock(sqlite3_file *base UNUSED, int level UNUSED)
{
    return SQLITE_OK;
}

static int file_unlock(sqlite3_file *base, int level)
{
    struct memory_file *file = (struct memory_file *)base;
    if (!file->written || level > SQLITE_LOCK_SHARED)
        return SQLITE_OK;
    pages_publish(file->pages);
    file->written = false;
    pages_release(file->pages, file->version);
    file->version = pages_hold(file->pages);
    return SQLITE_OK;
}

static int file_check_reserved(sqlite3_file *base UNUSED, int *ret)
{
    *ret = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *base UNUSED, int operation UNUSED, void *argument UNUSED)
{
    return SQLITE_NOTFOUND;
}

static int file_sector_size(sqlite3_file *base UNUSED)
{
    return PAGE_SIZE;
}

static int file_characteristics(sqlite3_file *base UNUSED)
{
    return 0;
}

/* A page that is there is used in place; SQLite reads others. */
static int file_fetch(sqlite3_file *base, sqlite3_int64 offset, int n, void **ret)
{
    *ret = (void *)(uintptr_t)bytes_at((const struct memory_file *)base, offset, n);
    return SQLITE_OK;
}

static int file_unfetch(sqlite3_file *base UNUSED, sqlite3_int64 offset UNUSED, void *p UNUSED)
{
    return SQLITE_OK;
}

static const sqlite3_io_methods file_methods = {
    .iVersion = 3,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xFetch = file_fetch,
    .xUnfetch = file_unfetch,
};

static int vfs_open(sqlite3_vfs *vfs UNUSED, const char *name UNUSED, sqlite3_file *base, int flags,
                    int *ret_flags)
{
    struct memory_file *file = (struct memory_file *)base;
    *file = (struct memory_file){.base.pMethods = NULL};
    if (!(flags & SQLITE_OPEN_MAIN_DB))
        return SQLITE_CANTOPEN;
    file->base.pMethods = &file_methods;
    if (ret_flags)
        *ret_flags = flags;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs UNUSED, const char *name UNUSED, int sync UNUSED)
{
    return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *vfs UNUSED, const char *name UNUSED, int flags UNUSED, int *ret)
{
    *ret = 0;
    return SQLITE_OK;
}

static int vfs_full_pathname(sqlite3_vfs *vfs UNUSED, const char *name, int size, char *ret)
{
    sqlite3_snprintf(size, ret, "%s", name);
    return SQLITE_OK;
}

const char *memory_vfs(void)
{
    static const char name[] = "pages";
    if (sqlite3_vfs_find(name))
        return name;
    sqlite3_vfs *vfs = mem_alloc(sizeof *vfs); /* SQLite's from here on */
    *vfs = *sqlite3_vfs_find(NULL);
    vfs->zName = name;
    vfs->szOsFile = sizeof(struct memory_file);
    vfs->xOpen = vfs_open;
    vfs->xDelete = vfs_delete;
    vfs->xAccess = vfs_access;
    vfs->xFullPathname = vfs_full_pathname;
    sqlite3_vfs_register(vfs, 0);
    return name;
}

uint64_t memory_enter(sqlite3_file *base, struct pages *pages)
{
    struct memory_file *file = (struct memory_file *)base;
    file->pages = pages;
    file->version = pages_hold(pages);
    return file->version->history;
}

void memory_leave(sqlite3_file *base)
{
    struct memory_file *file = (struct memory_file *)base;
    ENSURE(!file->written);
    pages_release(file->pages, file->version);
    file->pages = NULL;
}
