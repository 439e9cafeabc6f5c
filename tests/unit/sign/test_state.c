/* The state of a signer: kept, read, and refused where it is not what was kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sign/cage.h"
#include "sign/state.h"

#define ORIGIN "city.example/log/a"

static char top[] = "/tmp/wzm-state-XXXXXX", path[80];
static struct sign_names names;
static int dirfd = -1;

static int
make(void **state)
{
	(void)state;
	memcpy(top + strlen(top) - 6, "XXXXXX", 6);
	if (crypto_start() < 0 || mkdtemp(top) == NULL)
		return -1;
	sign_names(&names, "a");
	snprintf(path, sizeof(path), "%s/sign/a.state", top);
	return sign_dir_open(top, &dirfd, NULL);
}

static int
drop(void **state)
{
	char sub[64];

	(void)state;
	unlinkat(dirfd, names.state, 0);
	unlinkat(dirfd, names.fresh, 0);
	close(dirfd);
	snprintf(sub, sizeof(sub), "%s/sign", top);
	return rmdir(sub) < 0 || rmdir(top) < 0;
}

static void
what_was_kept_is_read(void **state)
{
	struct sign_head head = { .size = 41003 }, got;
	int there = 1;

	(void)state;
	memset(head.root.b, 7, 32);
	assert_int_equal(sign_state_read(dirfd, &names, ORIGIN, &got, &there, NULL), 0);
	assert_int_equal(there, 0);
	assert_int_equal(got.size, 0);
	assert_memory_equal(got.root.b, hash_sha256(NULL, 0).b, 32);
	for (int i = 0; i < 3; i++, head.size++) {
		assert_int_equal(sign_state_write(dirfd, &names, ORIGIN, &head), 0);
		assert_int_equal(sign_state_read(dirfd, &names, ORIGIN, &got, &there, NULL), 0);
		assert_int_equal(there, 1);
		assert_int_equal(got.size, head.size);
		assert_memory_equal(got.root.b, head.root.b, 32);
	}
	/* Nothing half written is left beside it. */
	assert_int_equal(faccessat(dirfd, names.fresh, F_OK, 0), -1);
}

static void
assert_refused(const char *text)
{
	struct fault f = FAULT_INIT;
	struct sign_head got;
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(sign_state_read(dirfd, &names, ORIGIN, &got, NULL, &f), -1);
	assert_int_equal(f.code, FAULT_SIGN_STATE_BAD);
}

static void
what_is_not_a_state_is_never_taken_for_none(void **state)
{
	(void)state;
	assert_refused("");
	assert_refused("\n");
	assert_refused(ORIGIN "\n5\n");
	assert_refused("city.example/log/b\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
	assert_refused(ORIGIN "\n05\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
	assert_refused(ORIGIN "\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nmore\n");
	unlinkat(dirfd, names.state, 0);
	assert_int_equal(symlinkat("/dev/null", dirfd, names.state), 0);
	assert_int_equal(sign_state_read(dirfd, &names, ORIGIN, &(struct sign_head){ 0 }, NULL, NULL), -1);
}

static void
a_state_that_cannot_be_kept_says_why(void **state)
{
	struct sign_head head = { .size = 1 };

	(void)state;
	assert_int_equal(mkdirat(dirfd, names.fresh, 0700), 0);
	assert_int_equal(sign_state_write(dirfd, &names, ORIGIN, &head), EISDIR);
	assert_int_equal(unlinkat(dirfd, names.fresh, AT_REMOVEDIR), 0);
}

static void
a_directory_that_others_can_read_is_refused(void **state)
{
	struct fault f = FAULT_INIT;
	char sub[64];
	int fd;

	(void)state;
	snprintf(sub, sizeof(sub), "%s/sign", top);
	assert_int_equal(chmod(sub, 0750), 0);
	assert_int_equal(sign_dir_open(top, &fd, &f), -1);
	assert_int_equal(f.code, FAULT_KEY_FILE);
	assert_int_equal(chmod(sub, 0700), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_kept_is_read, make, drop),
		cmocka_unit_test_setup_teardown(what_is_not_a_state_is_never_taken_for_none, make, drop),
		cmocka_unit_test_setup_teardown(a_state_that_cannot_be_kept_says_why, make, drop),
		cmocka_unit_test_setup_teardown(a_directory_that_others_can_read_is_refused, make, drop),
	};

	return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
