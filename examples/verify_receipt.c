/* cc verify_receipt.c $(pkg-config --cflags --libs wzmverify); ./a.out VKEY < house.receipt.json */
#include <stdio.h>
#include <stdlib.h>

#include <wzm/verify.h>

int
main(int argc, char *argv[])
{
	struct wzm_keys *keys = wzm_keys_new();
	char *text = malloc(WZM_RECEIPT_MAX);
	struct wzm_finding found;
	enum wzm_verdict verdict;

	if (argc != 2 || text == NULL || keys == NULL || wzm_keys_log(keys, argv[1]) < 0)
		return 64;
	verdict = wzm_verify(keys, text, fread(text, 1, WZM_RECEIPT_MAX, stdin), &found);
	printf("%s %s\n", wzm_verdict_word(verdict), found.reason);
	if (verdict == WZM_MATCH) {
		printf("record %llu of %llu in %s\n", (unsigned long long)found.index,
		    (unsigned long long)found.size, found.origin);
		printf("%.*s\n", (int)found.record_len, found.record);
	}
	wzm_finding_free(&found);
	wzm_keys_free(keys);
	free(text);
	return (int)verdict;
}
