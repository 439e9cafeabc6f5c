#include "store/tables.h"

#define KEY1(a) 1
#define KEY2(a, b) 2
#define KEY3(a, b, c) 3
#define KEY4(a, b, c, d) TABLE_KEYS_MAX

const struct store_table store_table[STORE_NTABLES] = {
#define TABLE(sym, name, key, ncols, columns) \
	[TABLE_##sym] = { name, columns, key, ncols, ST_COPY_FIRST_##sym, ST_COPY_NEXT_##sym, \
	    ST_COPY_LAST_##sym, ST_COPY_COUNT_##sym, ST_COPY_INSERT_##sym },
#include "store/tables.def"
#undef TABLE
};
