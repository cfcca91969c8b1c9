// Tells AddressSanitizer about memory that the program manages itself. Without the sanitizer the functions do nothing.
#pragma once
#include <stddef.h>

extern void __asan_poison_memory_region(const volatile void *address, size_t bytes) __attribute__((weak));
extern void __asan_unpoison_memory_region(const volatile void *address, size_t bytes) __attribute__((weak));

/// From now on, an access to this memory is an error.
static inline void ck_poison(const void *address, size_t bytes) {
    if (__asan_poison_memory_region) __asan_poison_memory_region(address, bytes);
}

/// This memory may be used again.
static inline void ck_unpoison(const void *address, size_t bytes) {
    if (__asan_unpoison_memory_region) __asan_unpoison_memory_region(address, bytes);
}
