// What AddressSanitizer is told about memory that the program manages itself. It is not there in a program built without it.
#pragma once
#include <stddef.h>

extern void __asan_poison_memory_region(const volatile void *address, size_t bytes) __attribute__((weak));
extern void __asan_unpoison_memory_region(const volatile void *address, size_t bytes) __attribute__((weak));

/// From now on an access to this memory is a mistake.
static inline void ck_poison(const void *address, size_t bytes) {
    if (__asan_poison_memory_region) __asan_poison_memory_region(address, bytes);
}

/// This memory may be used again.
static inline void ck_unpoison(const void *address, size_t bytes) {
    if (__asan_unpoison_memory_region) __asan_unpoison_memory_region(address, bytes);
}
