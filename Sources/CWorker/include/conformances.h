// A cell that is run again may repeat the conformance of another cell's type to a protocol. Of several conformances the
// runtime uses the one that was loaded first; so the newest one is copied over it.
#pragma once

/// Replaces conformances of other cells' modules by those of a newly loaded object for the same type and protocol.
/// `module` is the name of the object's module.
void cw_replace_conformances(void *handle, const char *module);
