// What Swift cannot say: signal handlers, alternate stacks, and a few calls that glibc hides behind _GNU_SOURCE.
#pragma once
#include "cell_thread.h"
#include "descriptors.h"
#include "loading.h"
#include "object_file.h"
#include "ownership.h"
#include "sourcekit.h"
#include "snapshot.h"
#include "standard_streams.h"
#include "conformances.h"
