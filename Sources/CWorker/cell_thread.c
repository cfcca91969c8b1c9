#define _GNU_SOURCE
#include "cell_thread.h"
#include "ownership.h"
#include "standard_streams.h"
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { ALTERNATE_STACK = 64 * 1024, KEPT_STACK = 1 << 20, RED_ZONE = 128, MAX_RANGES = 16384, STOP_SIGNAL_OFFSET = 5 };

typedef struct {
    int64_t serial;
    void (*body)(void *);
    void *context;
    uintptr_t stack_low, stack_high;
} thread_record;

static __thread thread_record *current;
static int report_pipe = -1;

static struct { _Atomic uintptr_t start, end; } safe_ranges[MAX_RANGES];
static atomic_int safe_range_count;
static atomic_bool may_stop_when_blocked;

static const int trap_signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE};
enum { TRAP_SIGNALS = sizeof trap_signals / sizeof *trap_signals };

/// The range of malloc's functions.
static uintptr_t heap_start, heap_end;
/// Whether a thread that is about to end the process waits for an acknowledgement.
static atomic_bool awaits_acknowledgement;

static int stop_signal(void) { return SIGRTMIN + STOP_SIGNAL_OFFSET; }

int64_t cw_current_serial(void) { return current ? current->serial : 0; }

void cw_add_safe_range(uintptr_t start, uintptr_t end) {
    int index = atomic_load(&safe_range_count);
    if (index == MAX_RANGES) return;
    atomic_store(&safe_ranges[index].start, start);
    atomic_store(&safe_ranges[index].end, end);
    atomic_store(&safe_range_count, index + 1);
}

static bool is_safe(uintptr_t address) {
    int count = atomic_load(&safe_range_count);
    for (int i = 0; i < count; i++)
        if (address >= atomic_load(&safe_ranges[i].start) && address < atomic_load(&safe_ranges[i].end)) return true;
    return false;
}

/// Follows the chain of frame pointers as long as it leads upward within the stack.
static int32_t walk(
    uintptr_t frame, uintptr_t low, uintptr_t high, uintptr_t *frames, int32_t count, int32_t capacity) {
    while (count < capacity && frame >= low && frame + 16 <= high && frame % 8 == 0) {
        const uintptr_t *link = (const uintptr_t *)frame;
        if (link[1] < 4096) break;
        frames[count++] = link[1];
        if (link[0] <= frame) break;
        frame = link[0];
    }
    return count;
}

/// The bounds of the stack in which an address lies: exact for a cell's thread, an upward guess for others.
static void stack_bounds(uintptr_t address, uintptr_t *low, uintptr_t *high) {
    if (current) {
        *low = current->stack_low;
        *high = current->stack_high;
    } else {
        *low = address;
        *high = address + 64 * 1024;
    }
}

int32_t cw_backtrace(uintptr_t *frames, int32_t capacity) {
    uintptr_t frame = (uintptr_t)__builtin_frame_address(0), low, high;
    stack_bounds(frame, &low, &high);
    return walk(frame, low, high, frames, 0, capacity);
}

/// Returns the memory of a parked thread's stack to the system, except above `address`: other threads may use pointers
/// to there.
static void give_back_stack(uintptr_t address) {
    uintptr_t page = 4096, low = (current->stack_low + page - 1) & ~(page - 1), high = address & ~(page - 1);
    if (high > low && high < current->stack_high) madvise((void *)low, high - low, MADV_DONTNEED);
}

void cw_park(void) {
    cw_release_streams();
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    for (;;) pause();
}

static __thread cw_event event;

static void report(cw_event_kind kind, int signal) {
    event.kind = kind;
    event.signal = signal;
    event.serial = cw_current_serial();
    event.owner = cw_owner();
    while (write(report_pipe, &event, sizeof event) < 0 && errno == EINTR) {}
}

static void report_and_park(cw_event_kind kind, int signal, const siginfo_t *info, const ucontext_t *context) {
    const greg_t *registers = context->uc_mcontext.gregs;
    uintptr_t low, high;
    stack_bounds((uintptr_t)registers[REG_RSP], &low, &high);
    event.fault_address = (uintptr_t)info->si_addr;
    event.frames[0] = (uintptr_t)registers[REG_RIP];
    event.frame_count = walk((uintptr_t)registers[REG_RBP], low, high, event.frames, 1, CW_MAX_FRAMES);
    report(kind, signal);
    if (current) {
        // Endless recursion fills the whole stack, but only the outermost frames can be in use by other threads.
        bool is_overflow = kind == CW_STACK_OVERFLOW;
        give_back_stack(is_overflow ? current->stack_high - KEPT_STACK : (uintptr_t)registers[REG_RSP] - RED_ZONE);
    }
    cw_park();
}

/// Reports, before a thread ends the process, from where that was called. Waits for the acknowledgement, up to a limit:
/// the receiver may be unable to run.
static void tell_end(void) {
    if (report_pipe < 0) return;
    event.frame_count = cw_backtrace(event.frames, CW_MAX_FRAMES);
    atomic_store(&awaits_acknowledgement, true);
    report(CW_ENDING, 0);
    const struct timespec millisecond = {.tv_nsec = 1000000};
    for (int i = 0; i < 300 && atomic_load(&awaits_acknowledgement); i++) nanosleep(&millisecond, NULL);
}

void cw_acknowledge_event(void) { atomic_store(&awaits_acknowledgement, false); }

// These precede the C library's functions for cells and for all libraries but the C library itself.

void exit(int status) {
    tell_end();
    void (*original)(int) = (void (*)(int))dlsym(RTLD_NEXT, "exit");
    original(status);
    __builtin_unreachable();
}

/// Whether an address is in the Swift runtime, which calls `abort` where compiled code would trap, as for a failed
/// forced cast.
static bool is_in_swift(const void *address) {
    Dl_info info;
    return dladdr(address, &info) && info.dli_fname && strstr(info.dli_fname, "/libswift");
}

void abort(void) {
    if (report_pipe >= 0 && is_in_swift(__builtin_return_address(0))) {
        event.fault_address = 0;
        event.frame_count = cw_backtrace(event.frames, CW_MAX_FRAMES);
        report(CW_TRAPPED, SIGABRT);
        cw_park();
    }
    tell_end();
    void (*original)(void) = (void (*)(void))dlsym(RTLD_NEXT, "abort");
    original();
    __builtin_unreachable();
}

static void on_trap(int signal, siginfo_t *info, void *context) {
    uintptr_t address = (uintptr_t)info->si_addr;
    const greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    if ((uintptr_t)registers[REG_RIP] >= heap_start && (uintptr_t)registers[REG_RIP] < heap_end) {
        // The heap is damaged, and its lock is held: no other thread can continue. Trap again, and end the process.
        struct sigaction standard = {.sa_handler = SIG_DFL};
        sigaction(signal, &standard, NULL);
        return;
    }
    // The guard page lies below the stack; a large frame may skip it by some pages.
    bool overflow = signal == SIGSEGV && current && address < current->stack_low + 4096
        && address + (1 << 20) > current->stack_low;
    report_and_park(overflow ? CW_STACK_OVERFLOW : CW_TRAPPED, signal, info, context);
}

static void on_stop(int signal, siginfo_t *info, void *context) {
    int saved = errno;
    const greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    uintptr_t address = (uintptr_t)registers[REG_RIP];
    if (current) {
        // An interrupted system call, 0F 05, is before the address or, if it is to be restarted, at the address.
        const unsigned char *code = (const unsigned char *)address;
        bool blocked = (code[-2] == 0x0f && code[-1] == 0x05) || (code[0] == 0x0f && code[1] == 0x05);
        if (is_safe(address) || (atomic_load(&may_stop_when_blocked) && blocked)) {
            report_and_park(CW_STOPPED, signal, info, context);
        }
    }
    errno = saved;
}

void cw_install_handlers(int pipe) {
    report_pipe = pipe;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    action.sa_sigaction = on_trap;
    for (int i = 0; i < TRAP_SIGNALS; i++) sigaction(trap_signals[i], &action, NULL);
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    action.sa_sigaction = on_stop;
    sigaction(stop_signal(), &action, NULL);
    // The linker keeps the C library's functions of one source file together, with the static ones first.
    uintptr_t first = (uintptr_t)dlsym(RTLD_DEFAULT, "malloc"), last = (uintptr_t)dlsym(RTLD_DEFAULT, "malloc_info");
    if (first && last > first && last - first < 64 * 1024) {
        heap_start = first - 12 * 1024;
        heap_end = last;
    }
}

void cw_remove_handlers(void) {
    report_pipe = -1;
    for (int i = 0; i < TRAP_SIGNALS; i++) signal(trap_signals[i], SIG_DFL);
}

/// Makes the calling thread one whose failures do not end the process. Returns its alternate stack.
static void *adopt(thread_record *record) {
    // The signal mask is inherited, and libdispatch's threads block almost all signals.
    sigset_t none_blocked;
    sigemptyset(&none_blocked);
    pthread_sigmask(SIG_SETMASK, &none_blocked, NULL);
    void *memory = mmap(NULL, ALTERNATE_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_t alternate = {.ss_sp = memory, .ss_size = ALTERNATE_STACK};
    sigaltstack(&alternate, NULL);
    pthread_attr_t attributes;
    void *base;
    size_t size;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &base, &size);
    pthread_attr_destroy(&attributes);
    record->stack_low = (uintptr_t)base;
    record->stack_high = (uintptr_t)base + size;
    current = record;
    cw_set_owner(record->serial > 0 ? record->serial : 0);
    return alternate.ss_sp;
}

void cw_adopt_thread(int64_t serial) {
    if (current) {
        current->serial = serial;
        return;
    }
    thread_record *record = calloc(1, sizeof *record);
    if (!record) return;
    record->serial = serial;
    adopt(record);
}

static void *start(void *argument) {
    thread_record *record = argument;
    void *alternate = adopt(record);
    record->body(record->context);
    current = NULL;
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    munmap(alternate, ALTERNATE_STACK);
    free(record);
    return NULL;
}

int cw_start_thread(pthread_t *thread, int64_t serial, size_t stack_size, void (*body)(void *), void *context) {
    thread_record *record = malloc(sizeof *record);
    if (!record) return ENOMEM;
    *record = (thread_record){.serial = serial, .body = body, .context = context};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_size);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int code = pthread_create(thread, &attributes, start, record);
    pthread_attr_destroy(&attributes);
    if (code) free(record);
    return code;
}

void cw_request_stop(pthread_t thread, bool anywhere_blocked) {
    atomic_store(&may_stop_when_blocked, anywhere_blocked);
    pthread_kill(thread, stop_signal());
}
