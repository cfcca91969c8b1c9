// The compiler's own service for editors, which is loaded while the program runs.
#pragma once
#include <stdbool.h>

/// Loads the service from `libsourcekitdInProc.so`. Returns an error's text, or NULL. One call in a process.
const char *cw_load_sourcekit(const char *path);

/// Sends a request, written in YAML, and waits. The answer is JSON, or a message if `failed`; the caller frees it.
char *cw_ask_sourcekit(const char *request, bool *failed);
