#define _GNU_SOURCE
#include "ownership.h"
#include "failure.h"
#include "started_work.h"
#include <stdatomic.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static __thread int64_t thread_owner;

int64_t cw_set_owner(int64_t serial) {
    int64_t before = thread_owner;
    thread_owner = serial;
    cw_note_thread(serial);
    return before;
}

int64_t cw_thread_owner(void) { return thread_owner; }

// This program's symbols precede those of the libraries that it loads: cells and libraries that start a thread or a
// task, or pass a block to libdispatch, call the functions below. A sanitizer's replacement of such a function has the
// prefix `__interceptor_`.
#define REAL(function) \
    extern __typeof__(function) __interceptor_##function __attribute__((weak)); \
    static __typeof__(function) *real; \
    if (!real) \
        real = &__interceptor_##function ? __interceptor_##function \
                                         : (__typeof__(function) *)dlsym(RTLD_NEXT, #function)

// MARK: Tasks

// The head of every job, including tasks (Swift's include/swift/ABI/Task.h). The runtime does not use `reserved`, which
// is null at first and lives as long as the job.
typedef struct {
    void *metadata;
    uintptr_t reference_counts;
    void *scheduler_private[2];
    uint32_t flags, identifier;
    void *voucher;
    _Atomic(intptr_t) reserved;
} swift_job;

enum { JOB_KIND_MASK = 0xff, TASK_KIND = 0 };

extern __attribute__((swiftcall)) swift_job *swift_task_getCurrent(void);

int64_t cw_job_owner(const void *job) {
    return atomic_load_explicit(&((swift_job *)job)->reserved, memory_order_relaxed);
}

int64_t cw_owner(void) {
    const swift_job *task = swift_task_getCurrent();
    int64_t owner = task ? cw_job_owner(task) : 0;
    return owner ? owner : thread_owner;
}

void cw_note_job(void *pointer) {
    swift_job *job = pointer;
    // A task keeps its cell, whichever thread resumes it; an actor's job serves one caller after another. (A new task
    // may run before it is recorded; until then it counts as its thread's.)
    bool is_task = (job->flags & JOB_KIND_MASK) == TASK_KIND;
    if (is_task && cw_job_owner(job)) return;
    atomic_store_explicit(&job->reserved, (intptr_t)cw_owner(), memory_order_relaxed);
}

typedef __attribute__((swiftcall)) void enqueue(swift_job *job);
typedef __attribute__((swiftcall)) void enqueue_hook(swift_job *job, enqueue *original);
extern enqueue_hook *swift_task_enqueueGlobal_hook, *swift_task_enqueueMainExecutor_hook;

static __attribute__((swiftcall)) void note_and_enqueue(swift_job *job, enqueue *original) {
    cw_note_job(job);
    original(job);
}

void cw_note_jobs(void) {
    swift_task_enqueueGlobal_hook = note_and_enqueue;
    swift_task_enqueueMainExecutor_hook = note_and_enqueue;
}

typedef struct { swift_job *task; void *context; } task_and_context;

// A task that starts on an actor, such as the main actor, does not call a hook.
__attribute__((swiftcall)) task_and_context swift_task_create(
    size_t flags, void *options, const void *result_type, void *function, void *context) {
    REAL(swift_task_create);
    task_and_context created = real(flags, options, result_type, function, context);
    cw_note_job(created.task);
    cw_note_task(created.task, cw_job_owner(created.task));
    return created;
}

// MARK: Threads

typedef struct {
    int64_t owner;
    void *(*routine)(void *);
    void *argument;
    bool may_stop;
} owned_thread;

static void *run_owned(void *argument) {
    owned_thread thread = *(owned_thread *)argument;
    free(argument);
    // Threads of libraries, such as OpenBLAS, serve all cells and must not be stopped with one.
    if (thread.may_stop) cw_set_owner(thread.owner);
    else thread_owner = thread.owner;
    return thread.routine(thread.argument);
}

void dispatch_async(void *queue, void (^body)(void));

/// Whether a thread belongs to a pool, of this program or of libdispatch: it works for all cells.
static bool is_of_pool(void *(*routine)(void *)) {
    Dl_info object, program, dispatch;
    static void *any_of_dispatch;
    if (!any_of_dispatch) any_of_dispatch = dlsym(RTLD_NEXT, "dispatch_async");
    if (!dladdr((void *)routine, &object)) return false;
    if (dladdr((void *)cw_owner, &program) && program.dli_fbase == object.dli_fbase) return true;
    return any_of_dispatch && dladdr(any_of_dispatch, &dispatch) && dispatch.dli_fbase == object.dli_fbase;
}

/// Whether a thread runs a cell's function: its own, or one that is passed to Foundation's `Thread`.
static bool runs_code_of_cells(void *(*routine)(void *)) {
    Dl_info object;
    return cw_is_safe((uintptr_t)routine)
        || (dladdr((void *)routine, &object) && object.dli_fname && strstr(object.dli_fname, "/libFoundation"));
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *), void *argument) {
    REAL(pthread_create);
    int64_t owner = cw_owner();
    if (owner == 0 || is_of_pool(routine)) return real(thread, attributes, routine, argument);
    owned_thread *owned = malloc(sizeof *owned);
    if (!owned) return EAGAIN;
    *owned = (owned_thread){
        .owner = owner, .routine = routine, .argument = argument, .may_stop = runs_code_of_cells(routine)};
    int code = real(thread, attributes, run_owned, owned);
    if (code) free(owned);
    return code;
}

// MARK: Blocks

typedef void (^block)(void);

/// A block that calls another one on behalf of a cell. The copy that libdispatch makes of it retains the other one.
#define OWNED(body, owner) ^{ \
        int64_t before = cw_set_owner(owner); \
        body(); \
        cw_set_owner(before); \
    }

/// The function through which all work items are called, once one has been created.
static void *work_item_invoke;

/// A block's function, which comes after the class, the flags and a reserved field.
static void *invoke_of(block body) { return ((void **)(void *)body)[2]; }

/// Whether a block may be wrapped: a work item has its own options, such as being a barrier, which wrapping would hide.
static bool may_be_owned(block body) { return body && invoke_of(body) != work_item_invoke; }

block dispatch_block_create(unsigned long flags, block body) {
    REAL(dispatch_block_create);
    int64_t owner = cw_owner();
    block item = owner ? real(flags, OWNED(body, owner)) : real(flags, body);
    if (item) work_item_invoke = invoke_of(item);
    return item;
}

block dispatch_block_create_with_qos_class(unsigned long flags, unsigned quality, int priority, block body) {
    REAL(dispatch_block_create_with_qos_class);
    int64_t owner = cw_owner();
    block item = owner ? real(flags, quality, priority, OWNED(body, owner)) : real(flags, quality, priority, body);
    if (item) work_item_invoke = invoke_of(item);
    return item;
}

#define HANDS_ON_BLOCK(function) \
    void function(void *object, block body) { \
        REAL(function); \
        int64_t owner = cw_owner(); \
        if (owner && may_be_owned(body)) real(object, OWNED(body, owner)); \
        else real(object, body); \
    }

#define HANDS_ON_BLOCK_AFTER(first_type, function) \
    void function(first_type first, void *queue, block body) { \
        REAL(function); \
        int64_t owner = cw_owner(); \
        if (owner && may_be_owned(body)) real(first, queue, OWNED(body, owner)); \
        else real(first, queue, body); \
    }

HANDS_ON_BLOCK(dispatch_async)
HANDS_ON_BLOCK(dispatch_barrier_async)
HANDS_ON_BLOCK(dispatch_sync)
HANDS_ON_BLOCK(dispatch_barrier_sync)
HANDS_ON_BLOCK(dispatch_source_set_event_handler)
HANDS_ON_BLOCK(dispatch_source_set_cancel_handler)
HANDS_ON_BLOCK_AFTER(void *, dispatch_group_async)
HANDS_ON_BLOCK_AFTER(void *, dispatch_group_notify)
HANDS_ON_BLOCK_AFTER(void *, dispatch_block_notify)
HANDS_ON_BLOCK_AFTER(uint64_t, dispatch_after)

void dispatch_apply(size_t iterations, void *queue, void (^body)(size_t)) {
    REAL(dispatch_apply);
    int64_t owner = cw_owner();
    if (!owner) return real(iterations, queue, body);
    real(iterations, queue, ^(size_t index) {
        int64_t before = cw_set_owner(owner);
        body(index);
        cw_set_owner(before);
    });
}
