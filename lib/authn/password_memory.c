/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libxcrypt maps and unmaps 16 MiB for each hash, which takes as long as the hash itself, and
 * interrupts every processor that runs a thread of the program. Here it gets the same memory again:
 * its calls of mmap and munmap are linked to these (-Wl,--wrap), for the time of a hash.
 */
#include "authn/password_memory.h"

#include <pthread.h>
#include <sys/mman.h>

#include "base/mem.h"

void *__real_mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset);
int __real_munmap(void *at, size_t n);
void *__wrap_mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset);
int __wrap_munmap(void *at, size_t n);

/* One of each thread that hashes, until it ends: the calls have no room for whose memory is meant.
 */
struct kept {
    void *p;
    size_t n;
    bool wanted; /* by the hash that is going on */
    bool taken;
};

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void drop(void *value)
{
    struct kept *kept = value;
    if (kept->p)
        __real_munmap(kept->p, kept->n);
    mem_free(kept);
}

static void make_key(void)
{
    ENSURE(pthread_key_create(&key, drop) == 0);
}

static struct kept *kept_of_thread(void)
{
    pthread_once(&once, make_key);
    return pthread_getspecific(key);
}

void password_memory_begin(void)
{
    struct kept *kept = kept_of_thread();
    if (!kept) {
        kept = mem_alloc(sizeof *kept);
        *kept = (struct kept){.p = NULL};
        pthread_setspecific(key, kept);
    }
    kept->wanted = true;
}

void password_memory_end(void)
{
    kept_of_thread()->wanted = false;
}

void *__wrap_mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
    struct kept *kept = kept_of_thread();
    if (!kept || !kept->wanted || kept->taken)
        return __real_mmap(at, n, protection, flags, fd, offset);
    if (kept->n != n && kept->p)
        __real_munmap(kept->p, kept->n);
    if (kept->n != n)
        kept->p = __real_mmap(at, n, protection, flags, fd, offset);
    kept->taken = kept->p != MAP_FAILED;
    kept->n = kept->taken ? n : 0;
    void *p = kept->p;
    if (!kept->taken)
        kept->p = NULL;
    return p;
}

int __wrap_munmap(void *at, size_t n)
{
    struct kept *kept = kept_of_thread();
    if (!kept || !kept->taken || at != kept->p)
        return __real_munmap(at, n);
    kept->taken = false;
    return 0;
}
