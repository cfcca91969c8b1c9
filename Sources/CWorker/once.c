#define _GNU_SOURCE
#include "once.h"
#include "standard_streams.h"
#include <dlfcn.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// The layout of the runtime's token on Linux (Swift's include/swift/Threading/Impl/Linux.h): negative once the value
// exists; and a futex with priority inheritance, locked by the thread that computes the value.
typedef struct { _Atomic int32_t flag, lock; } once_token;

typedef struct initialization {
    once_token *token;
    struct initialization *outer;
} initialization;

/// The values that the thread is computing, or waits for.
static __thread initialization *innermost;

typedef void once(once_token *token, void (*body)(void *), void *context);

// Cells and libraries call this instead of the runtime's function.
void swift_once(once_token *token, void (*body)(void *), void *context) {
    if (atomic_load_explicit(&token->flag, memory_order_acquire) < 0) return;
    for (initialization *outer = innermost; outer; outer = outer->outer) {
        if (outer->token != token) continue;
        cw_print_error("Fatal error: the initial value of a static or global variable depends on itself");
        __builtin_trap();
    }
    static once *real;
    if (!real) real = (once *)dlsym(RTLD_NEXT, "swift_once");
    initialization here = {token, innermost};
    innermost = &here;
    real(token, body, context);
    innermost = here.outer;
}

void cw_abandon_initializations(void) {
    int32_t thread = (int32_t)syscall(SYS_gettid);
    for (initialization *each = innermost; each; each = each->outer) {
        int32_t expected = thread;
        if (atomic_compare_exchange_strong(&each->token->lock, &expected, 0)) continue;
        // Other threads wait. Fails if it is this thread that waits.
        if ((expected & FUTEX_TID_MASK) == thread) syscall(SYS_futex, &each->token->lock, FUTEX_UNLOCK_PI_PRIVATE);
    }
    innermost = NULL;
}
