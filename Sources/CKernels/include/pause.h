#pragma once

/// Tells the processor that a loop waits for another thread; takes some 20 to 50 ns.
static inline void ck_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}
