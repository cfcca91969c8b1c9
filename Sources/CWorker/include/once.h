// Static and global variables whose initial values are computed when they are first used.
//
// While a thread computes such a value, other threads wait. One that is parked in the middle lets go, so that the next
// use computes the value anew, and fails in the same way, rather than wait for ever.
#pragma once

/// Lets other threads compute the values that the calling thread, which will never continue, is computing.
void cw_abandon_initializations(void);
