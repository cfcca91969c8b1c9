// A cell that is run again may conform another cell's type to a protocol again. Of several conformances the run time uses, and
// remembers, the one that was loaded first; so the newest one takes that one's place in memory.
#pragma once

/// Lets the conformances in an object that was just loaded take the place of those that other cells' modules made of the same type to
/// the same protocol. `module` is the name of the object's module.
void cw_replace_conformances(void *handle, const char *module);
