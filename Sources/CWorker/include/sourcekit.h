// SourceKit, the compiler's service for editors, loaded at run time.
#pragma once
#include <stdbool.h>

/// Loads the service from `libsourcekitdInProc.so`. Returns an error message, or NULL. Call it once per process.
const char *cw_load_sourcekit(const char *path);

/// Sends a request in YAML and waits. Returns JSON, or an error message if `*failed`; the caller frees it.
char *cw_ask_sourcekit(const char *request, bool *failed);
