/*
 * failing_vfs.h - a file system for SQLite whose nth write or sync fails, and all after it:
 * the disk that goes away at the worst moment.
 */
#ifndef FAILING_VFS_H
#define FAILING_VFS_H

/* Becomes SQLite's default; once per process. */
void failing_vfs_install(void);

/* The nth write or sync from now on fails, and every later one; 0: none does. */
void failing_vfs_after(int n);
/* The same for a disk that is full: writes fail, syncs do not. */
void failing_vfs_full_after(int n);

/* How many writes and syncs there were since the last call of failing_vfs_after. */
int failing_vfs_count(void);

#endif
