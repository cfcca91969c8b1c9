#pragma once
#include "elementwise.h"
#include "movement.h"
#include "random.h"
#include "reduce.h"
