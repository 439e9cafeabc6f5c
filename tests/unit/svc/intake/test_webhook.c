/* The signature of webhooks, when they are sent again, and where they may go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "crypto/hash.h"
#include "svc/intake/deliver.h"
#include "svc/intake/platform.h"
#include "svc/intake/webhook.h"

#define NOON INT64_C(1764129600000)

/* The vector of the Standard Webhooks libraries. */
static void
the_signature_is_that_of_standard_webhooks(void **state)
{
	static const char secret[] = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", body[] = "{\"test\": 2432232314}";
	char signature[WEBHOOK_SIGNATURE_MAX];
	uint8_t key[64];
	size_t len;

	(void)state;
	assert_int_equal(dec_base64(secret, strlen(secret), key, sizeof(key), &len), 0);
	webhook_sign(key, len, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, strlen(body), signature);
	assert_string_equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	/* Each part counts. */
	webhook_sign(key, len, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265331, body, strlen(body), signature);
	assert_string_not_equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void
what_fails_is_tried_again_later_and_later_and_given_up_after_the_whole_time(void **state)
{
	struct deliver_retries r;
	int64_t now = NOON;

	(void)state;
	assert_int_equal(deliver_retries_parse("5 300 1800 7200 18000 36000 50400 72000 86400", &r, NULL), 0);
	assert_int_equal(r.n, 9);
	assert_int_equal(r.total, 272105);
	for (int64_t attempts = 1; attempts <= 9; attempts++) {
		int64_t least = deliver_again(&r, NOON, attempts, now, 0);
		int64_t most = deliver_again(&r, NOON, attempts, now, 1000);

		assert_int_equal(least - now, r.after[attempts - 1] * 900);
		assert_int_equal(most - now, r.after[attempts - 1] * 1100);
		/* The worst luck each time: none is given up early. */
		now = most;
	}
	assert_int_equal(deliver_again(&r, NOON, 10, now, 0), 0);
	/* What waited behind it has had its time as well. */
	assert_int_equal(deliver_again(&r, NOON, 1, NOON + r.total * 1100, 0), 0);
	assert_true(deliver_again(&r, NOON, 1, NOON + r.total * 1000, 1000) > 0);
}

static void
a_list_of_delays_is_numbers_and_nothing_else(void **state)
{
	static const char *const bad[] = { "", " ", "x", "5 x", "5,300", "0", "-5", "604801", "5s",
		"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "99999999999999999999" };
	struct deliver_retries r = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct fault f = FAULT_INIT;

		assert_int_equal(deliver_retries_parse(bad[i], &r, &f), -1);
		assert_int_equal(f.code, FAULT_CONF_INVALID);
		assert_int_equal(r.n, 0);
	}
	assert_int_equal(deliver_retries_parse(" 1  604800 ", &r, NULL), 0);
	assert_int_equal(r.n, 2);
}

static void
webhooks_go_to_https_or_to_this_machine(void **state)
{
	static const struct { const char *url; int plain, allowed; } addresses[] = {
		{ "https://example.cn/hook?a=1", 1, 1 },
		{ "https://10.0.0.7:8443/", 1, 1 },
		{ "http://localhost:9/", 1, 1 },
		{ "http://127.0.0.1/", 1, 1 },
		{ "http://[::1]:80/", 1, 1 },
		{ "http://example.cn/", 0, 1 },
		{ "http://127.0.0.1.example.cn/", 0, 1 },
		{ "http://localhost.example.cn/", 0, 1 },
		{ "http://10.0.0.7/", 0, 1 },
		{ "https://user:word@example.cn/", 0, 0 },
		{ "https://user@example.cn/", 0, 0 },
		{ "https://example.cn/#part", 0, 0 },
		{ "ftp://localhost/", 0, 0 },
		{ "file:///etc/passwd", 0, 0 },
		{ "gopher://localhost/", 0, 0 },
		{ "example.cn", 0, 0 },
		{ "//example.cn/", 0, 0 },
		{ "https://", 0, 0 },
		{ "https://exa mple.cn/", 0, 0 },
		{ "", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		struct fault f = FAULT_INIT;

		if ((platform_url_check(addresses[i].url, 0, &f) == 0) != addresses[i].plain ||
		    (platform_url_check(addresses[i].url, 1, NULL) == 0) != addresses[i].allowed)
			fail_msg("%s", addresses[i].url);
		if (!addresses[i].plain)
			assert_int_equal(f.code, FAULT_PLATFORM_URL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_signature_is_that_of_standard_webhooks),
		cmocka_unit_test(what_fails_is_tried_again_later_and_later_and_given_up_after_the_whole_time),
		cmocka_unit_test(a_list_of_delays_is_numbers_and_nothing_else),
		cmocka_unit_test(webhooks_go_to_https_or_to_this_machine),
	};

	return crypto_start() == 0 ? cmocka_run_group_tests_name("webhook", tests, NULL, NULL) : 1;
}
