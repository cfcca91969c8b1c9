#define _GNU_SOURCE
#include "conformances.h"
#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// The layout of descriptors is part of Swift's stable ABI (docs/ABI/TypeMetadata.md): fields are 32-bit offsets from
// themselves.

typedef struct {
    int32_t protocol, type, witness_table_pattern;
    uint32_t flags;
} conformance_descriptor;

typedef struct {
    uint32_t flags;
    int32_t parent, name, metadata_accessor;
} type_descriptor;

typedef struct {
    uint32_t flags;
    int32_t parent, name;
    uint32_t signature_requirement_count, requirement_count;
} protocol_descriptor;

enum { REFERENCE_KIND_SHIFT = 3, REFERENCE_KIND_MASK = 7, DIRECT_TYPE = 0, INDIRECT_TYPE = 1, IS_GENERIC = 0x80 };

typedef struct { const void *metadata; size_t state; } metadata_response;

extern void **swift_getWitnessTable(
    const conformance_descriptor *conformance, const void *metadata, const void *const *arguments);

static const void *target(const int32_t *field) { return (const char *)field + *field; }

/// A type's implementations of a protocol's requirements.
typedef struct {
    /// The mangled names of the type and the protocol.
    char *names;
    void **functions;
    size_t count;
} witness_table;

static witness_table *tables;
static size_t table_count, table_capacity;

/// Reads the witness table of a nongeneric type's conformance.
static bool read_table(const conformance_descriptor *conformance, witness_table *table) {
    unsigned kind = conformance->flags >> REFERENCE_KIND_SHIFT & REFERENCE_KIND_MASK;
    if (kind != DIRECT_TYPE && kind != INDIRECT_TYPE) return false;
    const type_descriptor *type = target(&conformance->type);
    if (kind == INDIRECT_TYPE) type = *(const type_descriptor *const *)type;
    if (type->flags & IS_GENERIC || type->metadata_accessor == 0) return false;
    // The lowest bit of a reference to a protocol marks an indirect reference.
    const void *reference = (const char *)&conformance->protocol + (conformance->protocol & ~1);
    const protocol_descriptor *protocol = conformance->protocol & 1 ? *(const void *const *)reference : reference;

    metadata_response (*accessor)(size_t request) = (metadata_response (*)(size_t))target(&type->metadata_accessor);
    void **entries = swift_getWitnessTable(conformance, accessor(0).metadata, NULL);
    if (!entries) return false;
    table->functions = entries + 1;  // after the conformance itself
    table->count = protocol->requirement_count;
    return true;
}

static void overwrite(const witness_table *old, const witness_table *new) {
    if (old->count != new->count || old->count == 0) return;
    // A table that needs no instantiation is in the object's read-only data.
    size_t page = (size_t)sysconf(_SC_PAGESIZE), size = old->count * sizeof(void *);
    uintptr_t start = (uintptr_t)old->functions & ~(page - 1);
    if (mprotect((void *)start, (uintptr_t)old->functions + size - start, PROT_READ | PROT_WRITE)) return;
    memcpy(old->functions, new->functions, size);
}

static void add(witness_table table) {
    for (size_t i = 0; i < table_count; i++)
        if (strcmp(tables[i].names, table.names) == 0) overwrite(&tables[i], &table);
    if (table_count == table_capacity) {
        size_t capacity = table_capacity ? 2 * table_capacity : 64;
        witness_table *grown = realloc(tables, capacity * sizeof *grown);
        if (!grown) return;
        tables = grown;
        table_capacity = capacity;
    }
    tables[table_count++] = table;
}

void cw_replace_conformances(void *handle, const char *module) {
    struct link_map *map;
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map)) return;
    const ElfW(Sym) *symbols = NULL;
    const char *names = NULL;
    const ElfW(Word) *hash = NULL;
    for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag == DT_SYMTAB) symbols = (const void *)entry->d_un.d_ptr;
        if (entry->d_tag == DT_STRTAB) names = (const void *)entry->d_un.d_ptr;
        if (entry->d_tag == DT_HASH) hash = (const void *)entry->d_un.d_ptr;
    }
    if (!symbols || !names || !hash) return;
    // The symbol of a conformance outside the type's module: type, protocol, length and name of the module, "Mc".
    char suffix[128];
    size_t suffix_length = (size_t)snprintf(suffix, sizeof suffix, "%zu%sMc", strlen(module), module);
    ElfW(Word) count = hash[1];
    for (ElfW(Word) i = 0; i < count; i++) {
        const char *name = names + symbols[i].st_name;
        size_t length = strlen(name);
        if (symbols[i].st_shndx == SHN_UNDEF || length <= suffix_length) continue;
        if (strcmp(name + length - suffix_length, suffix) != 0) continue;
        witness_table table;
        if (!read_table((const void *)(map->l_addr + symbols[i].st_value), &table)) continue;
        table.names = strndup(name, length - suffix_length);
        if (table.names) add(table);
    }
}
