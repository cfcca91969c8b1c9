#define _GNU_SOURCE
#include "standard_streams.h"
#include "ownership.h"
#include "started_work.h"
#include "failure.h"
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static ssize_t (*read_input)(void *, char *, size_t);
static char *(*ask_for_password)(void *, const char *);
static void *input_context;

void cw_redirect_stdin(
    ssize_t (*reader)(void *, char *, size_t), char *(*asker)(void *, const char *), void *context) {
    read_input = reader;
    ask_for_password = asker;
    input_context = context;
    cookie_io_functions_t functions = {.read = reader};
    FILE *stream = fopencookie(context, "r", functions);
    if (stream) stdin = stream;
}

typedef struct {
    int descriptor;
    FILE *stream;
} output;

static output outputs[2];
static bool (*take_output)(int, const char *, size_t);
static void (*wait_for_room)(void);

/// Releases a stream's lock, which a thread may hold recursively. Returns the depth.
static int release(FILE *stream) {
    struct { int lock, count; void *owner; } *lock = (void *)stream->_lock;  // glibc's layout
    int depth = 0;
    while (lock->owner == (void *)pthread_self() && lock->count > 0) {
        funlockfile(stream);
        depth++;
    }
    return depth;
}

static ssize_t write_output(void *cookie, const char *bytes, size_t size) {
    output *output = cookie;
    if (take_output(output->descriptor, bytes, size)) {
        // Other cells' threads must not wait for this one, which may even be stopped here.
        int depth = release(output->stream);
        wait_for_room();
        while (depth-- > 0) flockfile(output->stream);
    }
    return (ssize_t)size;
}

static FILE *redirected(output *output, int descriptor) {
    cookie_io_functions_t functions = {.write = write_output};
    FILE *stream = fopencookie(output, "w", functions);
    if (!stream) return descriptor == 1 ? stdout : stderr;
    setvbuf(stream, NULL, _IONBF, 0);
    output->descriptor = descriptor;
    output->stream = stream;
    return stream;
}

void cw_redirect_output(bool (*take)(int, const char *, size_t), void (*wait)(void)) {
    take_output = take;
    wait_for_room = wait;
    stdout = redirected(&outputs[0], 1);
    stderr = redirected(&outputs[1], 2);
}

void cw_print_lines_at_once(void) { setvbuf(stdout, NULL, _IOLBF, 0); }

void cw_flush_output(void) {
    fflush(stdout);
    fflush(stderr);
}

// `print` holds stdout's lock while it evaluates a description, `readLine` holds stdin's while it waits.
void cw_release_streams(void) {
    release(stdin);
    release(stdout);
    release(stderr);
}

static void send_all(void) { cw_wait_until_sent(300); }

void cw_send_at_exit(void) { atexit(send_all); }

// Sends a cell's text before a program that it starts prints. Cells and Foundation call this instead of the C library's
// function. Foundation starts each program in a process group of its own; those of a worker stay in the worker's, and
// so end with it.
typedef int spawn(
    pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[], char *const[]);

int posix_spawn(
    pid_t *process, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
    char *const arguments[], char *const environment[]) {
    send_all();
    posix_spawnattr_t own;
    short flags = 0;
    if (attributes && cw_alarm_pipe() >= 0 && posix_spawnattr_getflags(attributes, &flags) == 0) {
        own = *attributes;
        posix_spawnattr_setflags(&own, (short)(flags & ~POSIX_SPAWN_SETPGROUP));
        attributes = &own;
    }
    spawn *original = (spawn *)dlsym(RTLD_NEXT, "posix_spawn");
    pid_t started = 0;
    int code = original(&started, path, actions, attributes, arguments, environment);
    if (code == 0) cw_note_program(started, cw_owner());
    if (process) *process = started;
    return code;
}

void cw_print_error(const char *line) { fprintf(stderr, "%s\n", line); }

// Cells, and Foundation's `FileHandle` on their behalf, read and write descriptors directly. What they do to the
// standard ones goes the way of C's streams; so it keeps its order with what `print` writes.

/// Whether an address is in a cell or in Foundation.
static bool is_for_cells(const void *address) {
    Dl_info object;
    return cw_is_safe((uintptr_t)address)
        || (dladdr(address, &object) && object.dli_fname && strstr(object.dli_fname, "/libFoundation"));
}

ssize_t read(int descriptor, void *buffer, size_t size) {
    if (descriptor == 0 && read_input && is_for_cells(__builtin_return_address(0)))
        return read_input(input_context, buffer, size);
    return syscall(SYS_read, descriptor, buffer, size);
}

ssize_t write(int descriptor, const void *bytes, size_t size) {
    if ((descriptor == 1 || descriptor == 2) && take_output && is_for_cells(__builtin_return_address(0))) {
        if (take_output(descriptor, bytes, size)) wait_for_room();
        return (ssize_t)size;
    }
    return syscall(SYS_write, descriptor, bytes, size);
}

char *getpass(const char *prompt) {
    static char password[1024];
    if (!ask_for_password) {
        typedef char *function(const char *);
        return ((function *)dlsym(RTLD_NEXT, "getpass"))(prompt);
    }
    char *answer = ask_for_password(input_context, prompt);
    if (!answer) return NULL;
    strncpy(password, answer, sizeof password - 1);
    free(answer);
    return password;
}
