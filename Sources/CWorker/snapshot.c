#define _GNU_SOURCE
#include "snapshot.h"
#include "cell_thread.h"
#include "descriptors.h"
#include "failure.h"
#include "guard.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK_SIZE = 8 << 20, MAX_SECONDS = 5 };

static int channel = -1, alarm_descriptor = -1;
static __thread bool is_making_snapshot;

typedef struct {
    int line;
    cw_snapshot_actions actions;
    sem_t made;
    int error;
} request;

/// When memory runs out, the system is to end the process that runs a cell, not the kernel and the snapshot, which
/// restore it.
static void set_oom_score(const char *score) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t ignored = write(file, score, strlen(score));
    (void)ignored;
    close(file);
}

static void be_worker(void) {
    prctl(PR_SET_NAME, "swiftlet-worker");
    set_oom_score("500");
}

/// Returns memory to the system. In memory that a cell has damaged this may never end; then the process does.
static void shrink(const cw_snapshot_actions *actions) {
    struct sigaction standard = {.sa_handler = SIG_DFL}, before;
    sigset_t alarm_only;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    sigaction(SIGALRM, &standard, &before);
    pthread_sigmask(SIG_UNBLOCK, &alarm_only, NULL);
    alarm(MAX_SECONDS);
    actions->shrink();
    alarm(0);
    pthread_sigmask(SIG_BLOCK, &alarm_only, NULL);
    sigaction(SIGALRM, &before, NULL);
}

void cw_await_take_over(int line, int *descriptors) {
    char byte;
    int count = 0;
    // A snapshot only waits, and therefore needs no guard.
    if (cw_receive(line, &byte, 1, descriptors, TAKE_OVER_DESCRIPTORS, &count) != 1) cw_end_with_kernel();
    if (count != TAKE_OVER_DESCRIPTORS) _exit(0);
}

static void stand_by(int line, const cw_snapshot_actions *actions) {
    prctl(PR_SET_NAME, "snapshot");  // what `ps` shows
    set_oom_score("0");
    // The kernel notices the end of the process by its channel and streams, so no other process may hold copies.
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    dup3(null, channel, O_CLOEXEC);
    dup3(null, alarm_descriptor, O_CLOEXEC);
    close(null);
    shrink(actions);

    int received[TAKE_OVER_DESCRIPTORS];
    cw_await_take_over(line, received);
    dup3(received[0], channel, O_CLOEXEC);
    cw_start_guard(channel);
    close(line);
    dup3(received[1], alarm_descriptor, O_CLOEXEC);
    dup2(received[2], STDOUT_FILENO);
    dup2(received[3], STDERR_FILENO);
    for (int i = 0; i < 4; i++) close(received[i]);
    cw_set_alarm_pipe(alarm_descriptor);
    be_worker();
    __fpurge(stdout);  // text that the dead process has printed already
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    actions->take_over(received[4]);
    abort();
}

/// Forks, and then waits for the child, so that it does not become a zombie.
///
/// Each fork has a new thread, the child's only one, which has no thread-local state of the runtime from the parent,
/// such as the thread number that Swift's locks store.
static void *make_and_wait(void *argument) {
    request *request = argument;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    is_making_snapshot = true;
    int line = request->line;
    cw_snapshot_actions actions = request->actions;
    pid_t child = fork();
    if (child == 0) {
        is_making_snapshot = false;
        stand_by(line, &actions);
    }
    request->error = child < 0 ? errno : 0;
    sem_post(&request->made);
    if (child > 0) while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    return NULL;
}

int cw_make_snapshot(int line, const cw_snapshot_actions *actions) {
    request request = {.line = line, .actions = *actions};
    sem_init(&request.made, 0, 0);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    int code = pthread_create(&thread, &attributes, make_and_wait, &request);
    pthread_attr_destroy(&attributes);
    if (code) return code;
    while (sem_wait(&request.made) < 0 && errno == EINTR) {}
    sem_destroy(&request.made);
    return request.error;
}

/// Called in every child: it must not report its failures as the worker's. One that a cell forks must not use the
/// worker's channel either.
static void leave_worker(void) {
    cw_remove_handlers();
    if (is_making_snapshot) return;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup3(null, channel, O_CLOEXEC);
    dup3(null, alarm_descriptor, O_CLOEXEC);
    close(null);
}

void cw_prepare_for_snapshots(int channel_descriptor, int alarm) {
    channel = channel_descriptor;
    alarm_descriptor = alarm;
    fcntl(channel, F_SETFD, FD_CLOEXEC);
    fcntl(alarm, F_SETFD, FD_CLOEXEC);
    cw_set_alarm_pipe(alarm);
    cw_start_guard(channel);
    be_worker();
    pthread_atfork(NULL, NULL, leave_worker);
}
