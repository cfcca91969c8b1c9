// How a kernel is compiled once for each kind of processor, and chosen when the program starts.
#pragma once
#if defined(__x86_64__)
#define CK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_CLONES
#endif
