/*
 * Checks many receipts for the tests: reads lines "log VKEY", "witness VKEY", "quorum N", and
 * "receipt LENGTH" with that many bytes after it; prints a line for each receipt.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wzm/verify.h>

static void
check(const struct wzm_keys *keys, size_t len)
{
	struct wzm_finding found;
	char *text = malloc(len + 1);
	enum wzm_verdict verdict;

	if (text == NULL || fread(text, 1, len, stdin) != len)
		exit(2);
	verdict = wzm_verify(keys, text, len, &found);
	printf("%s %s %llu %llu %u %lld %zu %zu %s %s\n", wzm_verdict_word(verdict),
	    found.reason[0] != '\0' ? found.reason : "-", (unsigned long long)found.index,
	    (unsigned long long)found.size, found.witnesses, (long long)found.witnessed,
	    found.record_len, found.body_len, found.at[0] != '\0' ? found.at : "-", found.origin);
	wzm_finding_free(&found);
	free(text);
}

int
main(void)
{
	struct wzm_keys *keys = wzm_keys_new();
	char line[1024];
	int bad = keys == NULL;

	while (!bad && fgets(line, sizeof(line), stdin) != NULL) {
		char *value = strchr(line, ' ');

		line[strcspn(line, "\n")] = '\0';
		if (value == NULL)
			bad = 1;
		else if (strncmp(line, "receipt ", 8) == 0)
			check(keys, strtoul(value + 1, NULL, 10));
		else if (strncmp(line, "log ", 4) == 0)
			bad = wzm_keys_log(keys, value + 1) < 0;
		else if (strncmp(line, "witness ", 8) == 0)
			bad = wzm_keys_witness(keys, value + 1) < 0;
		else
			bad = wzm_keys_quorum(keys, (unsigned)strtoul(value + 1, NULL, 10)) < 0;
		if (bad)
			fprintf(stderr, "refused: %s\n", line);
	}
	wzm_keys_free(keys);
	return bad ? 2 : 0;
}
