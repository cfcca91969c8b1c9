#define _GNU_SOURCE
#include "cell_thread.h"
#include "failure.h"
#include "once.h"
#include "ownership.h"
#include "standard_streams.h"
#include "started_work.h"
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

enum { ALTERNATE_STACK = 64 * 1024, KEPT_STACK = 1 << 20, RED_ZONE = 128, STOP_SIGNAL_OFFSET = 5 };

typedef struct {
    int64_t serial;
    void (*body)(void *);
    void *context;
    uintptr_t stack_low, stack_high;
} thread_record;

static __thread thread_record *current;
static int report_pipe = -1;

static atomic_bool may_stop_when_blocked;

static const int trap_signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE};
enum { TRAP_SIGNALS = sizeof trap_signals / sizeof *trap_signals };

/// Whether a thread that is about to end the process waits for an acknowledgement.
static atomic_bool awaits_acknowledgement;

static int stop_signal(void) { return SIGRTMIN + STOP_SIGNAL_OFFSET; }

int64_t cw_current_serial(void) { return current ? current->serial : 0; }

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
    cw_abandon_initializations();
    cw_note_thread(0);
    cw_release_streams();
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    for (;;) pause();
}

static __thread cw_event event;
/// Whether the thread has failed: a failure in the handler of the first ends the process.
static __thread bool has_failed;

static void report(cw_event_kind kind, int signal) {
    event.kind = kind;
    event.signal = signal;
    event.serial = cw_current_serial();
    event.owner = cw_owner();
    while (write(report_pipe, &event, sizeof event) < 0 && errno == EINTR) {}
}

/// Collects the addresses of a thread that a signal has interrupted.
static void collect_frames(const ucontext_t *context) {
    const greg_t *registers = context->uc_mcontext.gregs;
    uintptr_t low, high;
    stack_bounds((uintptr_t)registers[REG_RSP], &low, &high);
    event.frames[0] = (uintptr_t)registers[REG_RIP];
    event.frame_count = walk((uintptr_t)registers[REG_RBP], low, high, event.frames, 1, CW_MAX_FRAMES);
}

static void report_and_park(cw_event_kind kind, int signal, const siginfo_t *info, const ucontext_t *context) {
    event.fault_address = (uintptr_t)info->si_addr;
    cw_abandon_initializations();
    report(kind, signal);
    if (current) {
        // Endless recursion fills the whole stack, but only the outermost frames can be in use by other threads.
        bool is_overflow = kind == CW_STACK_OVERFLOW;
        uintptr_t used = (uintptr_t)context->uc_mcontext.gregs[REG_RSP] - RED_ZONE;
        give_back_stack(is_overflow ? current->stack_high - KEPT_STACK : used);
    }
    cw_park();
}

/// Reports, before a thread ends the process, from where that was called. Waits for the acknowledgement, up to a limit:
/// the receiver may be unable to run.
static void tell_end(int signal) {
    cw_begin_end();
    atomic_store(&awaits_acknowledgement, true);
    report(CW_ENDING, signal);
    const struct timespec millisecond = {.tv_nsec = 1000000};
    for (int i = 0; i < 300 && atomic_load(&awaits_acknowledgement); i++) nanosleep(&millisecond, NULL);
}

static void tell_called_end(void) {
    if (report_pipe < 0) return;
    event.number = cw_failure_began();
    event.frame_count = cw_backtrace(event.frames, CW_MAX_FRAMES);
    tell_end(0);
}

void cw_acknowledge_event(void) { atomic_store(&awaits_acknowledgement, false); }

// These precede the C library's functions for cells and for all libraries but the C library itself. The originals are
// found beforehand: a thread that ends the process may find the loader locked.
static void (*original_exit)(int), (*original_abort)(void);

void exit(int status) {
    tell_called_end();
    if (!original_exit) original_exit = (void (*)(int))dlsym(RTLD_NEXT, "exit");
    original_exit(status);
    __builtin_unreachable();
}

void abort(void) {
    // The Swift runtime calls this where compiled code would trap, as for a failed forced cast.
    if (report_pipe >= 0 && !has_failed && cw_is_in_runtime((uintptr_t)__builtin_return_address(0))) {
        has_failed = true;
        event.fault_address = 0;
        event.frame_count = cw_backtrace(event.frames, CW_MAX_FRAMES);
        if (!cw_is_fatal(NULL, NULL, false, event.frames, event.frame_count)) {
            event.number = cw_failure_began();
            report(CW_TRAPPED, SIGABRT);
            cw_park();
        }
    }
    tell_called_end();
    if (!original_abort) original_abort = (void (*)(void))dlsym(RTLD_NEXT, "abort");
    original_abort();
    __builtin_unreachable();
}

static void on_trap(int signal, siginfo_t *info, void *context) {
    if (has_failed) cw_end_by(signal);
    has_failed = true;
    event.number = cw_failure_began();
    collect_frames(context);
    // The guard page lies below the stack; a large frame may skip it by some pages.
    uintptr_t address = (uintptr_t)info->si_addr;
    bool overflow = signal == SIGSEGV && current && address < current->stack_low + 4096
        && address + (1 << 20) > current->stack_low;
    if (cw_is_fatal(info, context, overflow, event.frames, event.frame_count)) {
        // The line of the cell, if it is known, and if the process can still tell it.
        if (current && cw_is_safe(event.frames[0])) tell_end(signal);
        cw_end_by(signal);
    }
    report_and_park(overflow ? CW_STACK_OVERFLOW : CW_TRAPPED, signal, info, context);
}

/// The C library has found the heap damaged, or another process has sent the signal.
static void on_abort(int signal) {
    cw_failure_began();
    cw_end_by(signal);
}

static void on_stop(int signal, siginfo_t *info, void *context) {
    int saved = errno;
    const greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    uintptr_t address = (uintptr_t)registers[REG_RIP];
    // A thread that was meant as one of a cell may work for another by now.
    int64_t owner = info->si_code == SI_QUEUE ? (int64_t)(intptr_t)info->si_value.sival_ptr : 0;
    if (owner ? owner == cw_thread_owner() : current != NULL) {
        // An interrupted system call, 0F 05, is before the address or, if it is to be restarted, at the address.
        const unsigned char *code = (const unsigned char *)address;
        bool blocked = (code[-2] == 0x0f && code[-1] == 0x05) || (code[0] == 0x0f && code[1] == 0x05);
        collect_frames(context);
        bool may_stop = cw_is_safe(address) || (current && blocked && atomic_load(&may_stop_when_blocked));
        if (may_stop && !cw_may_hold_locks(context, event.frames, event.frame_count)) {
            event.number = cw_failure_began();
            report_and_park(CW_STOPPED, signal, info, context);
        }
    }
    errno = saved;
}

void cw_install_handlers(int pipe) {
    cw_find_code();
    original_exit = (void (*)(int))dlsym(RTLD_NEXT, "exit");
    original_abort = (void (*)(void))dlsym(RTLD_NEXT, "abort");
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
    action.sa_flags = SA_ONSTACK;
    action.sa_handler = on_abort;
    sigaction(SIGABRT, &action, NULL);
}

void cw_remove_handlers(void) {
    report_pipe = -1;
    cw_set_alarm_pipe(-1);
    for (int i = 0; i < TRAP_SIGNALS; i++) signal(trap_signals[i], SIG_DFL);
    signal(SIGABRT, SIG_DFL);
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

/// Called when a thread ends by `pthread_exit`, without having returned to its start.
static void report_exit(void *unused) {
    (void)unused;
    if (report_pipe < 0) return;
    has_failed = true;
    event.number = cw_failure_began();
    event.frame_count = 0;
    cw_abandon_initializations();
    cw_release_streams();
    report(CW_THREAD_ENDED, 0);
}

static void *start(void *argument) {
    thread_record *record = argument;
    void *alternate = adopt(record);
    pthread_cleanup_push(report_exit, NULL);
    record->body(record->context);
    pthread_cleanup_pop(false);
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

void cw_request_stop_of_owner(pid_t thread, int64_t owner, bool anywhere_blocked) {
    atomic_store(&may_stop_when_blocked, anywhere_blocked);
    siginfo_t information;
    memset(&information, 0, sizeof information);
    information.si_signo = stop_signal();
    information.si_code = SI_QUEUE;
    information.si_value.sival_ptr = (void *)(intptr_t)owner;
    syscall(SYS_rt_tgsigqueueinfo, getpid(), thread, stop_signal(), &information);
}

void cw_allow_stop(void) {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, stop_signal());
    pthread_sigmask(SIG_UNBLOCK, &stop, NULL);
}
