#include "sourcekit.h"
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// The functions that are used, named without the prefix `sourcekitd_`. They are called from C since a variant is passed
// by value.
typedef struct {
    uint64_t data[3];
} variant;

static void (*initialize)(void);
static void *(*request_create_from_yaml)(const char *yaml, char **error);
static void (*request_release)(void *request);
static void *(*send_request_sync)(void *request);
static bool (*response_is_error)(void *response);
static const char *(*response_error_get_description)(void *response);
static variant (*response_get_value)(void *response);
static void (*response_dispose)(void *response);
static char *(*variant_json_description_copy)(variant value);

const char *cw_load_sourcekit(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) return dlerror();
#define LOAD(name) \
    if (!(*(void **)&name = dlsym(library, "sourcekitd_" #name))) return dlerror()
    LOAD(initialize);
    LOAD(request_create_from_yaml);
    LOAD(request_release);
    LOAD(send_request_sync);
    LOAD(response_is_error);
    LOAD(response_error_get_description);
    LOAD(response_get_value);
    LOAD(response_dispose);
    LOAD(variant_json_description_copy);
#undef LOAD
    initialize();
    return NULL;
}

char *cw_ask_sourcekit(const char *text, bool *failed) {
    char *error = NULL;
    void *request = request_create_from_yaml(text, &error);
    *failed = !request;
    if (!request) return error ? error : strdup("the request cannot be read");
    void *response = send_request_sync(request);
    *failed = response_is_error(response);
    char *answer = *failed ? strdup(response_error_get_description(response))
                           : variant_json_description_copy(response_get_value(response));
    response_dispose(response);
    request_release(request);
    return answer;
}
