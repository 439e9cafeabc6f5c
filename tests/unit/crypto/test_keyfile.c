/* Key files: made once, readable by nobody else, or refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/hash.h"
#include "crypto/keyfile.h"

static char top[] = "/tmp/wzm-keyfile-XXXXXX", keys[64], file[80];

static int
make(void **state)
{
	struct fault f = FAULT_INIT;

	(void)state;
	if (mkdtemp(top) == NULL)
		return -1;
	snprintf(keys, sizeof(keys), "%s/keys", top);
	snprintf(file, sizeof(file), "%s/k", keys);
	return keyfile_create(keys, "k", &f);
}

static int
clean(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(keys) < 0 || rmdir(top) < 0;
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static int
load(struct fault *f)
{
	uint8_t key[KEYFILE_LEN];

	return keyfile_load(keys, "k", key, f);
}

static void
assert_refused(const char *path)
{
	struct fault f = FAULT_INIT;

	assert_int_equal(load(&f), -1);
	assert_int_equal(f.code, FAULT_KEY_FILE);
	assert_string_equal(fault_arg_get(&f, "file"), path);
	assert_true(f.cause[0] != '\0');
}

static void
a_key_is_made_for_us_alone(void **state)
{
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(mode_of(keys), 0700);
	assert_int_equal(mode_of(file), 0600);
	assert_int_equal(load(&f), 0);
}

static void
a_key_is_never_overwritten(void **state)
{
	struct fault f = FAULT_INIT;
	uint8_t before[KEYFILE_LEN], after[KEYFILE_LEN];

	(void)state;
	assert_int_equal(keyfile_load(keys, "k", before, &f), 0);
	assert_int_equal(keyfile_create(keys, "k", &f), -1);
	assert_int_equal(f.code, FAULT_KEY_FILE);
	assert_int_equal(keyfile_load(keys, "k", after, &f), 0);
	assert_memory_equal(before, after, sizeof(before));
}

static void
two_keys_differ(void **state)
{
	struct fault f = FAULT_INIT;
	uint8_t a[KEYFILE_LEN], b[KEYFILE_LEN];
	char other[80];

	(void)state;
	snprintf(other, sizeof(other), "%s/other", keys);
	assert_int_equal(keyfile_create(keys, "other", &f), 0);
	assert_int_equal(keyfile_load(keys, "k", a, &f), 0);
	assert_int_equal(keyfile_load(keys, "other", b, &f), 0);
	assert_memory_not_equal(a, b, sizeof(a));
	unlink(other);
}

static void
any_access_of_others_is_refused(void **state)
{
	struct fault f = FAULT_INIT;

	(void)state;
	for (mode_t bit = 1; bit <= 040; bit <<= 1) {
		chmod(file, 0600 | bit);
		assert_refused(file);
		chmod(file, 0600);
		chmod(keys, 0700 | bit);
		assert_refused(keys);
		assert_int_equal(keyfile_create(keys, "other", &f), -1);
		chmod(keys, 0700);
	}
	/* As systemd hands out credentials. */
	chmod(file, 0400);
	assert_int_equal(load(&f), 0);
	chmod(file, 0600);
}

static void
the_key_of_another_user_is_refused(void **state)
{
	struct fault f = FAULT_INIT;

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped because only root can give files away\n");
		skip();
	}
	assert_int_equal(chown(file, 65534, (gid_t)-1), 0);
	assert_refused(file);
	assert_int_equal(chown(file, 0, (gid_t)-1), 0);
	assert_int_equal(chown(keys, 65534, (gid_t)-1), 0);
	assert_refused(keys);
	assert_int_equal(chown(keys, 0, (gid_t)-1), 0);
	assert_int_equal(load(&f), 0);
}

static void
a_key_has_exactly_32_bytes(void **state)
{
	uint8_t key[64];
	int fd;

	(void)state;
	hash_random(key, sizeof(key));
	for (size_t len = 0; len <= sizeof(key); len++) {
		struct fault f = FAULT_INIT;

		fd = open(file, O_WRONLY | O_TRUNC);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, key, len), (ssize_t)len);
		close(fd);
		assert_int_equal(load(&f), len == KEYFILE_LEN ? 0 : -1);
	}
	fd = open(file, O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, key, KEYFILE_LEN), KEYFILE_LEN);
	close(fd);
}

static void
what_is_no_plain_file_is_refused(void **state)
{
	struct fault f = FAULT_INIT;
	char aside[80];

	(void)state;
	snprintf(aside, sizeof(aside), "%s/aside", keys);
	assert_int_equal(rename(file, aside), 0);
	assert_refused(file);				/* none at all */
	assert_int_equal(symlink("aside", file), 0);
	assert_refused(file);
	unlink(file);
	assert_int_equal(mkfifo(file, 0600), 0);
	assert_refused(file);				/* and it does not wait for a writer */
	unlink(file);
	assert_int_equal(mkdir(file, 0700), 0);
	assert_refused(file);
	rmdir(file);
	assert_int_equal(rename(aside, file), 0);
	assert_int_equal(keyfile_create(file, "k", &f), -1);	/* a file is no directory */
	assert_int_equal(f.code, FAULT_KEY_FILE);
	assert_int_equal(load(&f), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_made_for_us_alone),
		cmocka_unit_test(a_key_is_never_overwritten),
		cmocka_unit_test(two_keys_differ),
		cmocka_unit_test(any_access_of_others_is_refused),
		cmocka_unit_test(the_key_of_another_user_is_refused),
		cmocka_unit_test(a_key_has_exactly_32_bytes),
		cmocka_unit_test(what_is_no_plain_file_is_refused),
	};

	if (crypto_start() < 0)
		return 1;
	return cmocka_run_group_tests_name("keyfile", tests, make, clean);
}
