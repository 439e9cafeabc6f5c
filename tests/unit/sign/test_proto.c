/* What server and signer say: written and read back, cut at every byte, lied about in every length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sign/proto.h"

static int
start(void **state)
{
	(void)state;
	return crypto_start();
}

static struct sign_request
request(size_t nproof, size_t note_len)
{
	static char note[SIGN_NOTE_MAX];
	struct sign_request r = { .old_size = 7, .new_size = INT64_MAX, .nproof = nproof, .note = note,
		.note_len = note_len };

	memset(note, 'n', sizeof(note));
	memset(r.root.b, 0xaa, 32);
	for (size_t i = 0; i < nproof; i++)
		memset(r.proof[i].b, (int)i, 32);
	return r;
}

static void
a_request_is_read_as_it_was_written(void **state)
{
	static const struct { size_t nproof, note_len; } row[] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 3, 500 },
		{ SIGN_PROOF_MAX, SIGN_NOTE_MAX } };
	struct sign_message m;
	struct sign_request r, got;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		r = request(row[i].nproof, row[i].note_len);
		sign_put_request(&m, &r);
		assert_true(m.len + 1 <= SIGN_MESSAGE_MAX);
		assert_int_equal(sign_get_request(&m, &got), 0);
		assert_int_equal(got.old_size, r.old_size);
		assert_int_equal(got.new_size, r.new_size);
		assert_memory_equal(got.root.b, r.root.b, 32);
		assert_int_equal(got.nproof, r.nproof);
		assert_memory_equal(got.proof, r.proof, sizeof(r.proof));
		assert_int_equal(got.note_len, r.note_len);
		assert_memory_equal(got.note, r.note, r.note_len);
	}
}

static void
a_request_that_is_none_is_refused(void **state)
{
	struct sign_message m;
	struct sign_request r = request(3, 0), got;
	size_t len;

	(void)state;
	sign_put_request(&m, &r);
	len = m.len;
	for (m.len = 0; m.len < len; m.len++)
		assert_int_equal(sign_get_request(&m, &got), -1);
	assert_int_equal(sign_get_request(&m, &got), 0);
	m.data[48] = SIGN_PROOF_MAX + 1;
	assert_int_equal(sign_get_request(&m, &got), -1);
	m.data[48] = 4;
	assert_int_equal(sign_get_request(&m, &got), -1);
	m.data[48] = 3;
	m.data[0] = 0x80;
	assert_int_equal(sign_get_request(&m, &got), -1);
	m.data[0] = 0;
	m.data[8] = 0xff;
	assert_int_equal(sign_get_request(&m, &got), -1);
	m.data[8] = 0;
	m.kind = SIGN_HEAD;
	assert_int_equal(sign_get_request(&m, &got), -1);
	m.kind = SIGN_SIGN;
	m.len = 49 + SIGN_NOTE_MAX + 3 * 32 + 1;
	assert_int_equal(sign_get_request(&m, &got), -1);
}

static void
a_refusal_has_a_code_and_nothing_else(void **state)
{
	struct sign_head head = { .size = 41003 };
	struct sign_message m;
	uint64_t size;
	char code[40];

	(void)state;
	sign_put_refused(&m, &head, "sign_state_old");
	assert_int_equal(sign_get_refused(&m, &size, code, sizeof(code)), 0);
	assert_int_equal(size, 41003);
	assert_string_equal(code, "sign_state_old");
	assert_int_equal(sign_get_refused(&m, &size, code, 14), -1);
	m.data[9] = '\n';
	assert_int_equal(sign_get_refused(&m, &size, code, sizeof(code)), -1);
	m.len = 8;
	assert_int_equal(sign_get_refused(&m, &size, code, sizeof(code)), -1);
}

static void
messages_pass_a_socket_whole(void **state)
{
	struct sign_head head = { .size = 3 }, got;
	struct sign_message m, in;
	int fd[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	sign_put_head(&m, &head);
	assert_int_equal(sign_send(fd[0], &m, 1000), 0);
	sign_put_text(&m, SIGN_PUBLIC, "", 0);
	assert_int_equal(sign_send(fd[0], &m, 1000), 0);
	assert_int_equal(sign_receive(fd[1], &in, 1000), 1);
	assert_int_equal(sign_get_head(&in, &got), 0);
	assert_int_equal(got.size, 3);
	assert_int_equal(sign_receive(fd[1], &in, 1000), 1);
	assert_int_equal(in.kind, SIGN_PUBLIC);
	assert_int_equal(in.len, 0);
	/* Nothing comes: not waited for for ever. */
	assert_int_equal(sign_receive(fd[1], &in, 10), -1);
	close(fd[0]);
	assert_int_equal(sign_receive(fd[1], &in, 1000), 0);
	close(fd[1]);
}

static void
a_length_that_cannot_be_is_not_waited_for(void **state)
{
	static const uint8_t bad[][6] = { { 0, 0, 0, 0, 'H' }, { 0, 0, 0x20, 1, 'H' }, { 0xff, 0xff, 0xff, 0xff, 'H' },
		{ 0x80, 0, 0, 1, 'H' } };
	struct sign_message in;
	int fd[2];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
		assert_int_equal(write(fd[0], bad[i], 5), 5);
		assert_int_equal(sign_receive(fd[1], &in, -1), -1);
		close(fd[0]);
		close(fd[1]);
	}
	/* The end comes in the middle. */
	for (int n = 1; n < 6; n++) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
		assert_int_equal(write(fd[0], "\0\0\0\3H1", (size_t)n), n);
		close(fd[0]);
		assert_int_equal(sign_receive(fd[1], &in, -1), -1);
		close(fd[1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_read_as_it_was_written),
		cmocka_unit_test(a_request_that_is_none_is_refused),
		cmocka_unit_test(a_refusal_has_a_code_and_nothing_else),
		cmocka_unit_test(messages_pass_a_socket_whole),
		cmocka_unit_test(a_length_that_cannot_be_is_not_waited_for),
	};

	return cmocka_run_group_tests_name("proto", tests, start, NULL);
}
