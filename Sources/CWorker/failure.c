#define _GNU_SOURCE
#include "failure.h"
#include "cell_thread.h"
#include "ownership.h"
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { MAX_SAFE_RANGES = 16384, MAX_RUNTIME_RANGES = 64, NULL_PAGES = 1 << 16 };

typedef struct { uintptr_t start, end; } range;

static struct { _Atomic uintptr_t start, end; } safe_ranges[MAX_SAFE_RANGES];
static atomic_int safe_range_count;
static range allocator, loader, program, runtime[MAX_RUNTIME_RANGES];
static int runtime_count;

static _Atomic int alarm_pipe = -1;
static _Atomic int32_t failure_count;
static _Atomic int64_t unsent;
static atomic_bool is_ending;
static __thread int critical_depth;

static bool contains(range range, uintptr_t address) { return address >= range.start && address < range.end; }

// MARK: Telling the kernel

void cw_set_alarm_pipe(int descriptor) { atomic_store(&alarm_pipe, descriptor); }

int cw_alarm_pipe(void) { return atomic_load(&alarm_pipe); }

static void tell(cw_alarm_kind kind, int32_t number) {
    int descriptor = atomic_load(&alarm_pipe);
    if (descriptor < 0) return;
    cw_alarm alarm = {.kind = kind, .number = number};
    while (write(descriptor, &alarm, sizeof alarm) < 0 && errno == EINTR) {}
}

int32_t cw_failure_began(void) {
    int32_t number = atomic_fetch_add(&failure_count, 1) + 1;
    tell(CW_FAILURE_BEGAN, number);
    return number;
}

void cw_failure_handled(int32_t number) { tell(CW_FAILURE_HANDLED, number); }

// MARK: Code

void cw_add_safe_range(uintptr_t start, uintptr_t end) {
    int index = atomic_load(&safe_range_count);
    if (index == MAX_SAFE_RANGES) return;
    atomic_store(&safe_ranges[index].start, start);
    atomic_store(&safe_ranges[index].end, end);
    atomic_store(&safe_range_count, index + 1);
}

bool cw_is_safe(uintptr_t address) {
    int count = atomic_load(&safe_range_count);
    for (int i = 0; i < count; i++)
        if (address >= atomic_load(&safe_ranges[i].start) && address < atomic_load(&safe_ranges[i].end)) return true;
    return false;
}

bool cw_is_in_runtime(uintptr_t address) {
    for (int i = 0; i < runtime_count; i++)
        if (contains(runtime[i], address)) return true;
    return false;
}

static int note_object(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size, (void)unused;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type != PT_LOAD || !(header->p_flags & PF_X)) continue;
        uintptr_t start = info->dlpi_addr + header->p_vaddr;
        range code = {start, start + header->p_memsz};
        if (strstr(info->dlpi_name, "/ld-linux")) loader = code;
        if (contains(code, (uintptr_t)note_object)) program = code;
        if (strstr(info->dlpi_name, "/libswift") && runtime_count < MAX_RUNTIME_RANGES) {
            runtime[runtime_count++] = code;
        }
    }
    return 0;
}

void cw_find_code(void) {
    if (loader.end) return;
    dl_iterate_phdr(note_object, NULL);
    // The linker keeps the C library's functions of one source file together, with the static ones first.
    uintptr_t first = (uintptr_t)dlsym(RTLD_DEFAULT, "malloc"), last = (uintptr_t)dlsym(RTLD_DEFAULT, "malloc_info");
    if (first && last > first && last - first < 64 * 1024) allocator = (range){first - 12 * 1024, last};
}

// MARK: What ends the process

void cw_begin_critical(void) { critical_depth++; }

void cw_end_critical(void) { critical_depth--; }

void cw_begin_end(void) { atomic_store(&is_ending, true); }

/// The word on top of a thread's stack, or 0: the return address if the thread is in a simple function that has pushed
/// nothing, such as `memcpy` or a system call, or has jumped to where no code is.
static uintptr_t top_of_stack(const ucontext_t *context) {
    if (!context) return 0;
    uintptr_t word = 0;
    struct iovec here = {&word, sizeof word}, there = {(void *)context->uc_mcontext.gregs[REG_RSP], sizeof word};
    return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == sizeof word ? word : 0;
}

static bool holds_locks(uintptr_t address) { return contains(allocator, address) || contains(loader, address); }

bool cw_may_hold_locks(const ucontext_t *context, const uintptr_t *frames, int32_t count) {
    if (critical_depth > 0 || holds_locks(frames[0])) return true;
    if (cw_is_safe(frames[0])) return false;
    if (holds_locks(top_of_stack(context))) return true;
    for (int32_t i = 1; i < count && !cw_is_safe(frames[i]); i++)
        if (holds_locks(frames[i])) return true;
    return false;
}

bool cw_is_fatal(
    const siginfo_t *information, const ucontext_t *context, bool is_overflow, const uintptr_t *frames, int32_t count
) {
    if (atomic_load(&is_ending)) return true;
    // The worker's own threads are needed, and a thread of a pool that computes for a cell is waited for.
    if (cw_current_serial() == 0 && cw_thread_owner() <= 0) return true;
    // Sent by a process, which may be this one.
    if (information && information->si_code <= 0) return true;
    if (cw_may_hold_locks(context, frames, count)) return true;
    // A failed check of the runtime or the library: these check before they take locks.
    if (!information || information->si_signo == SIGILL || information->si_signo == SIGTRAP) return false;
    uintptr_t address = frames[0];
    bool is_in_cell = cw_is_safe(address);
    if (is_overflow) return !is_in_cell && !cw_is_in_runtime(address) && !contains(program, address);
    // A fault outside the cell; or one in the cell that is not the use of a null pointer, as when a loop runs over the
    // end of its block: until it came to where no memory is, it may have overwritten anything.
    bool is_null = (uintptr_t)information->si_addr < NULL_PAGES && information->si_code != SI_KERNEL;
    return !(is_in_cell || cw_is_safe(top_of_stack(context)))
        || ((information->si_signo == SIGSEGV || information->si_signo == SIGBUS) && !is_null);
}

void cw_end_by(int number) {
    cw_wait_until_sent(300);
    // Writing a core file of a large process takes long.
    prctl(PR_SET_DUMPABLE, 0);
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(number, &standard, NULL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, number);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), number);
    _exit(128 + number);
}

// MARK: Output

int64_t cw_add_unsent(int64_t bytes) { return atomic_fetch_add_explicit(&unsent, bytes, memory_order_relaxed) + bytes; }

void cw_wait_until_sent(int milliseconds) {
    const struct timespec millisecond = {.tv_nsec = 1000000};
    for (int i = 0; i < milliseconds && cw_add_unsent(0) > 0; i++) nanosleep(&millisecond, NULL);
}
