#define _GNU_SOURCE
#include "started_work.h"
#include "cell_thread.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// Held for moments only, and while the process forks.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// MARK: Threads

typedef struct thread_entry {
    _Atomic(int64_t) owner;
    pid_t identifier;
    /// Whether the thread was not started for cells: it may serve all of them.
    bool is_helper;
    struct thread_entry *next, *previous;
} thread_entry;

static thread_entry *threads;
static __thread thread_entry *own_entry;
static pthread_key_t end_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void add_thread(thread_entry *entry) {
    entry->previous = NULL;
    entry->next = threads;
    if (threads) threads->previous = entry;
    threads = entry;
}

static void thread_ended(void *pointer) {
    thread_entry *entry = pointer;
    pthread_mutex_lock(&lock);
    if (entry->previous) entry->previous->next = entry->next;
    else threads = entry->next;
    if (entry->next) entry->next->previous = entry->previous;
    pthread_mutex_unlock(&lock);
    own_entry = NULL;
    free(entry);
}

static void before_fork(void) { pthread_mutex_lock(&lock); }
static void after_fork(void) { pthread_mutex_unlock(&lock); }

/// The child has one thread, and its parent's programs are not its own.
static void in_child(void);

static void set_up(void) {
    pthread_key_create(&end_key, thread_ended);
    pthread_atfork(before_fork, after_fork, in_child);
}

void cw_note_thread(int64_t owner) {
    if (own_entry) {
        atomic_store_explicit(&own_entry->owner, owner, memory_order_relaxed);
        return;
    }
    if (owner == 0) return;
    pthread_once(&once, set_up);
    thread_entry *entry = calloc(1, sizeof *entry);
    if (!entry) return;
    entry->owner = owner;
    entry->identifier = gettid();
    entry->is_helper = cw_current_serial() == 0;
    cw_allow_stop();
    pthread_mutex_lock(&lock);
    add_thread(entry);
    pthread_mutex_unlock(&lock);
    own_entry = entry;
    pthread_setspecific(end_key, entry);
}

/// Calls a function with each thread whose work is meant, and returns their number.
static int32_t for_each_thread(cw_owner_test is_meant, bool without_helpers, void (*body)(thread_entry *, int64_t)) {
    int32_t count = 0;
    pid_t self = gettid();
    pthread_mutex_lock(&lock);
    for (thread_entry *entry = threads; entry; entry = entry->next) {
        int64_t owner = atomic_load_explicit(&entry->owner, memory_order_relaxed);
        if (owner == 0 || entry->identifier == self || (without_helpers && entry->is_helper)) continue;
        if (!is_meant(owner)) continue;
        count++;
        if (body) body(entry, owner);
    }
    pthread_mutex_unlock(&lock);
    return count;
}

static bool stops_when_blocked;

static void request_stop(thread_entry *entry, int64_t owner) {
    cw_request_stop_of_owner(entry->identifier, owner, stops_when_blocked);
}

int32_t cw_count_threads(cw_owner_test is_meant, bool without_helpers) {
    return for_each_thread(is_meant, without_helpers, NULL);
}

int32_t cw_request_stop_of_threads(cw_owner_test is_meant, bool anywhere_blocked) {
    stops_when_blocked = anywhere_blocked;
    return for_each_thread(is_meant, false, request_stop);
}

// MARK: Tasks

typedef struct {
    void *task;
    int64_t owner;
} task_entry;

static task_entry *tasks;
static size_t task_count, task_capacity;

extern void *swift_retain(void *object);
extern void swift_release(void *object);
extern size_t swift_retainCount(void *object);
extern __attribute__((swiftcall)) void swift_task_cancel(void *task);

/// Moves the tasks that have ended, which nothing but this list retains, to another list. Returns their number.
static size_t take_ended_tasks(void **ended) {
    size_t kept = 0, taken = 0;
    for (size_t i = 0; i < task_count; i++) {
        if (swift_retainCount(tasks[i].task) == 1) ended[taken++] = tasks[i].task;
        else tasks[kept++] = tasks[i];
    }
    task_count = kept;
    return taken;
}

void cw_note_task(void *task, int64_t owner) {
    if (owner == 0) return;
    pthread_once(&once, set_up);
    void **ended = NULL;
    size_t ended_count = 0;
    pthread_mutex_lock(&lock);
    if (task_count == task_capacity) {
        ended = malloc((task_count + 1) * sizeof *ended);
        if (ended) ended_count = take_ended_tasks(ended);
        if (task_count * 2 >= task_capacity) {
            size_t capacity = task_capacity ? 2 * task_capacity : 64;
            task_entry *grown = realloc(tasks, capacity * sizeof *grown);
            if (grown) {
                tasks = grown;
                task_capacity = capacity;
            }
        }
    }
    if (task_count < task_capacity) tasks[task_count++] = (task_entry){.task = swift_retain(task), .owner = owner};
    pthread_mutex_unlock(&lock);
    // The end of a task's result may run any code.
    for (size_t i = 0; i < ended_count; i++) swift_release(ended[i]);
    free(ended);
}

void cw_cancel_tasks(cw_owner_test is_meant) {
    pthread_mutex_lock(&lock);
    size_t count = 0;
    void **meant = malloc((task_count + 1) * sizeof *meant);
    for (size_t i = 0; meant && i < task_count; i++)
        if (is_meant(tasks[i].owner)) meant[count++] = swift_retain(tasks[i].task);
    pthread_mutex_unlock(&lock);
    // A task's cancellation handlers may run any code.
    for (size_t i = 0; i < count; i++) {
        swift_task_cancel(meant[i]);
        swift_release(meant[i]);
    }
    free(meant);
}

// MARK: Programs

enum { MAX_PROGRAMS = 256 };

static struct { pid_t process; int64_t owner; } programs[MAX_PROGRAMS];
static int program_count;

/// Whether a program has not ended, or has and nobody has asked for its status: until then no other has its number.
static bool is_running(pid_t process) {
    siginfo_t information = {.si_pid = 0};
    return waitid(P_PID, (id_t)process, &information, WEXITED | WNOHANG | WNOWAIT) == 0 && information.si_pid == 0;
}

static void forget_ended_programs(void) {
    int kept = 0;
    for (int i = 0; i < program_count; i++)
        if (is_running(programs[i].process)) programs[kept++] = programs[i];
    program_count = kept;
}

void cw_note_program(int32_t process, int64_t owner) {
    if (owner == 0) return;
    pthread_once(&once, set_up);
    pthread_mutex_lock(&lock);
    if (program_count == MAX_PROGRAMS) forget_ended_programs();
    if (program_count < MAX_PROGRAMS) {
        programs[program_count].process = process;
        programs[program_count++].owner = owner;
    }
    pthread_mutex_unlock(&lock);
}

int32_t cw_signal_programs(cw_owner_test is_meant, int32_t signal) {
    int32_t count = 0;
    pthread_mutex_lock(&lock);
    forget_ended_programs();
    for (int i = 0; i < program_count; i++)
        if (is_meant(programs[i].owner) && kill(programs[i].process, signal) == 0) count++;
    pthread_mutex_unlock(&lock);
    return count;
}

static void in_child(void) {
    threads = NULL;
    if (own_entry) {
        own_entry->identifier = gettid();
        add_thread(own_entry);
        own_entry->next = NULL;
    }
    program_count = 0;
    pthread_mutex_unlock(&lock);
}
