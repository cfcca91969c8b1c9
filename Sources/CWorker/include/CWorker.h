// What Swift cannot express: signal handlers, alternate stacks, and calls that glibc declares only with _GNU_SOURCE.
#pragma once
#include "cell_thread.h"
#include "descriptors.h"
#include "failure.h"
#include "guard.h"
#include "loading.h"
#include "object_file.h"
#include "once.h"
#include "ownership.h"
#include "sourcekit.h"
#include "snapshot.h"
#include "standard_streams.h"
#include "conformances.h"
