#include "hook.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct search {
	const char *library;
	const struct hook *hook;
	int n, found;
};

/* The dynamic section of a library, as far as it is needed. */
struct dynamic {
	const ElfW(Sym) *symbols;
	const char *names;
	const ElfW(Rela) *table[2];	/* of functions called through the PLT, of all others */
	size_t size[2];
};

static void
read_dynamic(const struct dl_phdr_info *info, struct dynamic *ret)
{
	const ElfW(Dyn) *d = NULL;

	memset(ret, 0, sizeof(*ret));
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			d = (const void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	for (; d != NULL && d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_SYMTAB)
			ret->symbols = (const void *)d->d_un.d_ptr;
		else if (d->d_tag == DT_STRTAB)
			ret->names = (const void *)d->d_un.d_ptr;
		else if (d->d_tag == DT_JMPREL)
			ret->table[0] = (const void *)d->d_un.d_ptr;
		else if (d->d_tag == DT_PLTRELSZ)
			ret->size[0] = d->d_un.d_val;
		else if (d->d_tag == DT_RELA)
			ret->table[1] = (const void *)d->d_un.d_ptr;
		else if (d->d_tag == DT_RELASZ)
			ret->size[1] = d->d_un.d_val;
	}
}

static int
replace(void **slot, void *to)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	void *start = (void *)((uintptr_t)slot & ~(page - 1));

	if (mprotect(start, page, PROT_READ | PROT_WRITE) < 0)
		return 0;
	*slot = to;
	return mprotect(start, page, PROT_READ) == 0;
}

static int
in_library(struct dl_phdr_info *info, size_t size, void *ctx)
{
	struct search *s = ctx;
	struct dynamic d;

	(void)size;
	if (strstr(info->dlpi_name, s->library) == NULL)
		return 0;
	read_dynamic(info, &d);
	s->found = 0;
	for (int t = 0; t < 2; t++)
		for (size_t i = 0; d.table[t] != NULL && i < d.size[t] / sizeof(*d.table[t]); i++) {
			const ElfW(Rela) *r = &d.table[t][i];
			const char *name = d.names + d.symbols[ELF64_R_SYM(r->r_info)].st_name;

			for (int h = 0; h < s->n; h++)
				if (ELF64_R_SYM(r->r_info) != 0 && strcmp(name, s->hook[h].name) == 0)
					s->found += replace((void **)(info->dlpi_addr + r->r_offset),
					    s->hook[h].to);
		}
	return 1;
}

int
hook_library(const char *library, const struct hook *hook, int n)
{
	struct search s = { library, hook, n, -1 };

	dl_iterate_phdr(in_library, &s);
	return s.found;
}
