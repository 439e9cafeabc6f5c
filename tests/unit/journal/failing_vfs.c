#include "failing_vfs.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

static sqlite3_vfs *real, failing;
static atomic_int limit, count, full;

struct file {
	sqlite3_file base;
	sqlite3_io_methods methods;	/* the real ones, but for write, sync and truncate */
	sqlite3_file *real;
};

/* 1 when this one must fail. */
static int
fails(void)
{
	int n = atomic_fetch_add(&count, 1) + 1, at = atomic_load(&limit);

	return at != 0 && n >= at;
}

#define REAL(f) (((struct file *)(f))->real)

static int
close_file(sqlite3_file *f)
{
	return REAL(f)->pMethods->xClose(REAL(f));
}

static int
read_file(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
	return REAL(f)->pMethods->xRead(REAL(f), to, n, at);
}

static int
write_file(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
	return fails() ? (full ? SQLITE_FULL : SQLITE_IOERR_WRITE) : REAL(f)->pMethods->xWrite(REAL(f), from, n, at);
}

static int
truncate_file(sqlite3_file *f, sqlite3_int64 size)
{
	return !full && fails() ? SQLITE_IOERR_TRUNCATE : REAL(f)->pMethods->xTruncate(REAL(f), size);
}

static int
sync_file(sqlite3_file *f, int flags)
{
	return !full && fails() ? SQLITE_IOERR_FSYNC : REAL(f)->pMethods->xSync(REAL(f), flags);
}

static int
size_of(sqlite3_file *f, sqlite3_int64 *size)
{
	return REAL(f)->pMethods->xFileSize(REAL(f), size);
}

static int
lock_file(sqlite3_file *f, int kind)
{
	return REAL(f)->pMethods->xLock(REAL(f), kind);
}

static int
unlock_file(sqlite3_file *f, int kind)
{
	return REAL(f)->pMethods->xUnlock(REAL(f), kind);
}

static int
reserved(sqlite3_file *f, int *out)
{
	return REAL(f)->pMethods->xCheckReservedLock(REAL(f), out);
}

static int
control(sqlite3_file *f, int op, void *arg)
{
	return REAL(f)->pMethods->xFileControl(REAL(f), op, arg);
}

static int
sector(sqlite3_file *f)
{
	return REAL(f)->pMethods->xSectorSize(REAL(f));
}

static int
device(sqlite3_file *f)
{
	return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f));
}

static int
shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return REAL(f)->pMethods->xShmMap(REAL(f), page, size, extend, out);
}

static int
shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return REAL(f)->pMethods->xShmLock(REAL(f), offset, n, flags);
}

static void
shm_barrier(sqlite3_file *f)
{
	REAL(f)->pMethods->xShmBarrier(REAL(f));
}

static int
shm_unmap(sqlite3_file *f, int erase)
{
	return REAL(f)->pMethods->xShmUnmap(REAL(f), erase);
}

static int
open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct file *mine = (struct file *)f;
	int rc;

	(void)vfs;
	memset(mine, 0, sizeof(*mine));
	mine->real = (sqlite3_file *)(mine + 1);
	if ((rc = real->xOpen(real, name, mine->real, flags, out)) != SQLITE_OK)
		return rc;
	mine->methods = (sqlite3_io_methods){ .iVersion = 2, .xClose = close_file,
	    .xRead = read_file, .xWrite = write_file, .xTruncate = truncate_file, .xSync = sync_file,
	    .xFileSize = size_of, .xLock = lock_file, .xUnlock = unlock_file,
	    .xCheckReservedLock = reserved, .xFileControl = control, .xSectorSize = sector,
	    .xDeviceCharacteristics = device, .xShmMap = shm_map, .xShmLock = shm_lock,
	    .xShmBarrier = shm_barrier, .xShmUnmap = shm_unmap };
	mine->base.pMethods = &mine->methods;
	return SQLITE_OK;
}

void
failing_vfs_install(void)
{
	real = sqlite3_vfs_find(NULL);
	failing = *real;
	failing.zName = "failing";
	failing.szOsFile += (int)sizeof(struct file);
	failing.xOpen = open_file;
	sqlite3_vfs_register(&failing, 1);
}

void
failing_vfs_after(int n)
{
	atomic_store(&full, 0);
	atomic_store(&count, 0);
	atomic_store(&limit, n);
}

void
failing_vfs_full_after(int n)
{
	failing_vfs_after(n);
	atomic_store(&full, 1);
}

int
failing_vfs_count(void)
{
	return atomic_load(&count);
}
