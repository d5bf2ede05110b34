/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static mem_exhausted_fn *exhausted = abort;

void mem_on_exhaustion(mem_exhausted_fn *handler)
{
    exhausted = handler;
}

void *mem_alloc(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        exhausted();
    return memory;
}

void *mem_realloc(void *old, size_t size)
{
    void *memory = realloc(old, size);
    if (!memory)
        exhausted();
    return memory;
}

char *mem_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(mem_alloc(size), text, size);
}

void mem_free(void *memory)
{
    free(memory);
}
