#define _GNU_SOURCE
#include "loading.h"
#include "cell_thread.h"
#include "failure.h"
#include <dlfcn.h>
#include <link.h>
#include <string.h>

static int add_code(struct dl_phdr_info *info, size_t size, void *pointer) {
    (void)size;
    uintptr_t address = *(uintptr_t *)pointer;
    bool is_meant = false;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < info->dlpi_phnum; i++) {
            const ElfW(Phdr) *header = &info->dlpi_phdr[i];
            uintptr_t start = info->dlpi_addr + header->p_vaddr, end = start + header->p_memsz;
            if (header->p_type != PT_LOAD) continue;
            if (address >= start && address < end) is_meant = true;
            if (pass == 1 && (header->p_flags & PF_X)) cw_add_safe_range(start, end);
        }
        if (!is_meant) return 0;
    }
    return 1;
}

void cw_add_code(uintptr_t address) { dl_iterate_phdr(add_code, &address); }

void *cw_load(const char *path) {
    // The loader is locked meanwhile, also while it calls the runtime.
    cw_begin_critical();
    void *handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    struct link_map *map;
    if (handle && dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0) cw_add_code((uintptr_t)map->l_ld);
    cw_end_critical();
    return handle;
}

static int stop_at_once(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)info, (void)size, (void)unused;
    return 1;
}

void cw_probe_loader(void) {
    Dl_info info;
    dladdr((void *)cw_probe_loader, &info);
    dl_iterate_phdr(stop_at_once, NULL);
}

bool cw_locate(uintptr_t address, const char **object, uintptr_t *base) {
    Dl_info info;
    if (!dladdr((void *)address, &info) || !info.dli_fname) return false;
    *object = info.dli_fname;
    *base = (uintptr_t)info.dli_fbase;
    return true;
}

static void (*uncaught_error_handler)(const void *error);

void cw_watch_uncaught_errors(void (*handler)(const void *error)) { uncaught_error_handler = handler; }

// Compiled top-level code calls this with an uncaught error. The runtime's function of this name ends the program;
// cells find this one first. Swift passes a single argument as C does.
void swift_errorInMain(const void *error) {
    if (uncaught_error_handler) uncaught_error_handler(error);
}

static void (*failed_try_handler)(const void *, const char *, intptr_t, intptr_t);

void cw_watch_failed_tries(
    void (*handler)(const void *error, const char *file, intptr_t length, intptr_t line)) {
    failed_try_handler = handler;
}

// Compiled code calls this with the error of a `try!`. The runtime's function of this name prints the error's members.
void swift_unexpectedError(const void *error, const char *file, intptr_t length, bool is_ascii, intptr_t line) {
    if (failed_try_handler) failed_try_handler(error, file, length, line);
    typedef void function(const void *, const char *, intptr_t, bool, intptr_t);
    ((function *)dlsym(RTLD_NEXT, "swift_unexpectedError"))(error, file, length, is_ascii, line);
}

// The Swift runtime calls the handler for every `throw`.
extern void _swift_setWillThrowHandler(void (*handler)(void *error));

static __thread struct {
    const void *error;
    int32_t count;
    uintptr_t frames[CW_MAX_FRAMES];
} last_throw;

static void will_throw(void *error) {
    if (cw_current_serial() == 0) return;
    last_throw.error = error;
    last_throw.count = cw_backtrace(last_throw.frames, CW_MAX_FRAMES);
}

void cw_watch_throws(void) { _swift_setWillThrowHandler(will_throw); }

int32_t cw_throw_backtrace(const void *error, uintptr_t *frames, int32_t capacity) {
    if (last_throw.error != error) return 0;
    int32_t count = last_throw.count < capacity ? last_throw.count : capacity;
    memcpy(frames, last_throw.frames, (size_t)count * sizeof *frames);
    return count;
}
