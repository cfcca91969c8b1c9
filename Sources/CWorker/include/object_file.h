// The layout of shared objects.
#pragma once
#include <elf.h>
