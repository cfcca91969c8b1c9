#define _GNU_SOURCE
#include "guard.h"
#include "failure.h"
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_DESCRIPTORS = 8, INTERVAL = 500, STACK_SIZE = 16 * 1024 };

static _Atomic int guarded_socket = -1;
/// The group of processes that the worker leads, or 0. Its snapshots inherit the number.
static _Atomic pid_t group;
static struct { int descriptor; dev_t device; ino_t inode; } guarded[MAX_DESCRIPTORS];
static _Atomic int guarded_count, alarm_pipe = -1;
static char stack[STACK_SIZE] __attribute__((aligned(16)));

/// A system call without the C library, which would need thread-local storage for `errno`.
static inline __attribute__((always_inline)) long call(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

#define RAW __attribute__((no_stack_protector, disable_sanitizer_instrumentation))

RAW void cw_end_with_kernel(void) {
    pid_t members = atomic_load(&group);
    if (members > 0) call(SYS_kill, -members, SIGKILL, 0);
    for (;;) call(SYS_exit_group, 0, 0, 0);
}

RAW static bool is_unchanged(int index) {
    struct stat status;
    return call(SYS_fstat, guarded[index].descriptor, (long)&status, 0) == 0
        && status.st_dev == guarded[index].device && status.st_ino == guarded[index].inode;
}

RAW static void end_cut_off(void) {
    cw_alarm alarm = {.kind = CW_DESCRIPTORS_CLOSED};
    int pipe = atomic_load(&alarm_pipe);
    for (int i = 0; i < atomic_load(&guarded_count); i++)
        if (guarded[i].descriptor == pipe && is_unchanged(i)) call(SYS_write, pipe, (long)&alarm, sizeof alarm);
    call(SYS_kill, call(SYS_getpid, 0, 0, 0), SIGKILL, 0);
}

RAW static int watch(void *unused) {
    (void)unused;
    call(SYS_prctl, PR_SET_NAME, (long)"guard", 0);
    for (;;) {
        struct pollfd end = {.fd = atomic_load(&guarded_socket)};
        if (call(SYS_poll, (long)&end, 1, INTERVAL) > 0) {
            if (end.revents & (POLLHUP | POLLERR)) cw_end_with_kernel();
            if (end.revents & POLLNVAL) end_cut_off();
        }
        for (int i = 0; i < atomic_load(&guarded_count); i++)
            if (!is_unchanged(i)) end_cut_off();
    }
    return 0;
}

void cw_start_guard(int socket) {
    if (getpgrp() == getpid()) atomic_store(&group, getpid());
    atomic_store(&guarded_count, 0);
    atomic_store(&guarded_socket, socket);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    // Not pthread_create, which allocates: the copy of a damaged process needs its guard as well.
    clone(watch, stack + STACK_SIZE, flags, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void cw_guard_descriptors(const int *descriptors, int count) {
    atomic_store(&guarded_count, 0);
    atomic_store(&alarm_pipe, cw_alarm_pipe());
    int kept = 0;
    for (int i = 0; i < count && kept < MAX_DESCRIPTORS; i++) {
        struct stat status;
        if (fstat(descriptors[i], &status)) continue;
        guarded[kept].descriptor = descriptors[i];
        guarded[kept].device = status.st_dev;
        guarded[kept].inode = status.st_ino;
        kept++;
    }
    atomic_store(&guarded_count, kept);
}
