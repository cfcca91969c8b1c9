#include "thread_context.h"

_Thread_local void *ck_current_context;
