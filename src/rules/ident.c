#include "rules/ident.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"

#define NAME_CHARACTERS_MAX 50
#define PHONE_LENGTH 11

/* What may stand at a position of a number. */
static const char digits[] = "0123456789";
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char alphanumeric[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char citizen_check[] = "10X98765432";	/* by the weighted sum modulo 11 */
static const char uscc_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";	/* GB 32100: its order */

/* GB/T 2260: the provinces; Hong Kong, Macau and Taiwan are on cards of residence. */
static const char provinces[] = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
    "50 51 52 53 54 61 62 63 64 65 71";
static const char beyond[] = "81 82 83";

/* A number on its way through the checks. */
struct number {
	char text[IDENT_MAX];	/* normal form; what no number may hold is '?' */
	size_t len;		/* characters it has, even if text has no room for them */
	const char *field;
	int64_t today;
};

typedef int check(const struct number *n, struct fault *f);

static check check_none, check_citizen, check_uscc, check_permanent, check_hkmt, check_passport,
    check_birth;

static const struct { const char *name; check *check; } types[IDENT_NTYPES] = {
	[IDENT_NONE] = { "none", check_none },
	[IDENT_CITIZEN_ID] = { "citizen_id", check_citizen },
	[IDENT_USCC] = { "uscc", check_uscc },
	[IDENT_PERMANENT_RESIDENCE] = { "permanent_residence", check_permanent },
	[IDENT_HKMT_RESIDENCE] = { "hkmt_residence", check_hkmt },
	[IDENT_PASSPORT] = { "passport", check_passport },
	[IDENT_BIRTH_CERTIFICATE] = { "birth_certificate", check_birth },
};

const char *
ident_type_name(enum ident_type type)
{
	return types[type].name;
}

int
ident_type_parse(const char *name, enum ident_type *ret_type)
{
	for (int i = 0; i < IDENT_NTYPES; i++) {
		if (strcmp(types[i].name, name) == 0) {
			*ret_type = (enum ident_type)i;
			return 0;
		}
	}
	return -1;
}

/* Faults */

static int
refuse(const struct number *n, enum fault_code code, struct fault *f)
{
	fault_set(f, code, "%s", "");
	fault_arg(f, "field", "%s", n->field);
	return -1;
}

static int
refuse_length(const struct number *n, const char *expected, struct fault *f)
{
	refuse(n, FAULT_IDENT_LENGTH, f);
	fault_arg(f, "expected", "%s", expected);
	fault_arg(f, "got", "%zu", n->len);
	return -1;
}

/* Normal forms */

static uint32_t
narrow(uint32_t c)
{
	return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFF01 + '!' : c;
}

static int
is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x3000 ||
	    (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F;
}

static int
is_hyphen(uint32_t c)
{
	return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

/* The next character of text; a byte that belongs to none is U+FFFD. */
static uint32_t
next(const char **text)
{
	uint32_t c = 0;
	size_t n = utf8_decode(*text, strlen(*text), &c);

	*text += n > 0 ? n : 1;
	return n > 0 ? c : 0xFFFD;
}

/* Half-width, upper case, without spaces and hyphens. */
static void
normalise(const char *text, struct number *ret)
{
	size_t kept = 0;

	ret->len = 0;
	while (*text != '\0') {
		uint32_t c = narrow(next(&text));

		if (is_space(c) || is_hyphen(c))
			continue;
		if (c >= 'a' && c <= 'z')
			c = c - 'a' + 'A';
		if (kept < sizeof(ret->text) - 1)
			ret->text[kept++] = c > ' ' && c < 0x7F ? (char)c : '?';
		ret->len++;
	}
	ret->text[kept] = '\0';
}

/* Checks */

/* That each character from first before last is one of set. */
static int
check_span(const struct number *n, size_t first, size_t last, const char *set, struct fault *f)
{
	for (size_t i = first; i < last; i++) {
		if (strchr(set, n->text[i]) == NULL) {
			refuse(n, FAULT_IDENT_CHARACTER, f);
			fault_arg(f, "position", "%zu", i + 1);
			return -1;
		}
	}
	return 0;
}

/* The first two digits are one of those in a list. */
static int
check_region(const struct number *n, const char *list, struct fault *f)
{
	for (; ; list += 3) {
		if (strncmp(list, n->text, 2) == 0)
			return 0;
		if (list[2] == '\0')
			return refuse(n, FAULT_IDENT_REGION, f);
	}
}

static int
number_at(const char *p, int len)
{
	int value = 0;

	for (int i = 0; i < len; i++)
		value = value * 10 + (p[i] - '0');
	return value;
}

static int
birth_of(const char *text, int64_t *ret_day)
{
	return clock_from_date(number_at(text + 6, 4), number_at(text + 10, 2),
	    number_at(text + 12, 2), ret_day);
}

/* Eighteen characters as GB 11643 has them: digits, a date of birth, MOD 11-2. */
static int
check_eighteen(const struct number *n, const char *regions, struct fault *f)
{
	static const int weight[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	int64_t birth;
	int sum = 0;

	if (n->len != 18)
		return refuse_length(n, "18", f);
	if (check_span(n, 0, 17, digits, f) < 0 || check_span(n, 17, 18, citizen_check, f) < 0)
		return -1;
	if (regions != NULL && check_region(n, regions, f) < 0)
		return -1;
	if (birth_of(n->text, &birth) < 0 || birth > n->today)
		return refuse(n, FAULT_IDENT_DATE, f);
	for (int i = 0; i < 17; i++)
		sum += (n->text[i] - '0') * weight[i];
	if (citizen_check[sum % 11] != n->text[17])
		return refuse(n, FAULT_IDENT_CHECK, f);
	return 0;
}

static int
check_none(const struct number *n, struct fault *f)
{
	return n->len == 0 ? 0 : refuse_length(n, "0", f);
}

static int
check_citizen(const struct number *n, struct fault *f)
{
	return check_eighteen(n, provinces, f);
}

static int
check_hkmt(const struct number *n, struct fault *f)
{
	return check_eighteen(n, beyond, f);
}

/* Since 2023: 9, province, nationality, then as a citizen's.  Before: three letters, 12 digits. */
static int
check_permanent(const struct number *n, struct fault *f)
{
	if (n->len == 15) {
		if (check_span(n, 0, 3, letters, f) < 0)
			return -1;
		return check_span(n, 3, 15, digits, f);
	}
	if (n->len != 18)
		return refuse_length(n, "15/18", f);
	if (check_span(n, 0, 1, "9", f) < 0)
		return -1;
	return check_eighteen(n, NULL, f);
}

static int
check_passport(const struct number *n, struct fault *f)
{
	if (n->len < 5 || n->len > 15)
		return refuse_length(n, "5-15", f);
	return check_span(n, 0, n->len, alphanumeric, f);
}

static int
check_birth(const struct number *n, struct fault *f)
{
	if (n->len != 9 && n->len != 10)
		return refuse_length(n, "9-10", f);
	if (check_span(n, 0, 1, letters, f) < 0)
		return -1;
	return check_span(n, 1, n->len, digits, f);
}

static int
place(const char *set, char c)
{
	return (int)(strchr(set, c) - set);
}

/* GB 11714: positions 9 to 17 of a USCC are an organisation code of their own. */
static char
organisation_check(const char *code)
{
	static const int weight[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0, c;

	for (int i = 0; i < 8; i++)
		sum += place(alphanumeric, code[i]) * weight[i];
	c = 11 - sum % 11;
	return c == 10 ? 'X' : (char)('0' + c % 11);
}

static int
check_uscc(const struct number *n, struct fault *f)
{
	int sum = 0, weight = 1;

	if (n->len != 18)
		return refuse_length(n, "18", f);
	if (check_span(n, 0, 2, uscc_alphabet, f) < 0 || check_span(n, 2, 8, digits, f) < 0 ||
	    check_span(n, 8, 18, uscc_alphabet, f) < 0)
		return -1;
	for (int i = 0; i < 17; i++) {
		sum += place(uscc_alphabet, n->text[i]) * weight;
		weight = weight * 3 % 31;
	}
	if (uscc_alphabet[(31 - sum % 31) % 31] != n->text[17] ||
	    organisation_check(n->text + 8) != n->text[16])
		return refuse(n, FAULT_IDENT_CHECK, f);
	return 0;
}

int
ident_check(enum ident_type type, const char *text, const char *field, int64_t today,
    char *ret_value, struct fault *f)
{
	struct number n = { .field = field, .today = today };

	normalise(text, &n);
	if (types[type].check(&n, f) < 0)
		return -1;
	memcpy(ret_value, n.text, n.len + 1);
	return 0;
}

void
ident_citizen(const char *value, int64_t *ret_birth, char *ret_sex)
{
	birth_of(value, ret_birth);
	*ret_sex = (value[16] - '0') % 2 == 1 ? 'M' : 'F';
}

/* Names and telephones */

/* Control characters, and those that only change how others look. */
static int
is_invisible(uint32_t c)
{
	return c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
	    (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
	    (c >= 0xFFF9 && c <= 0xFFFD);
}

static uint32_t
narrow_letter(uint32_t c)
{
	uint32_t half = narrow(c);

	return (half >= '0' && half <= '9') || (half >= 'A' && half <= 'Z') ||
	    (half >= 'a' && half <= 'z') ? half : c;
}

int
ident_name(const char *text, const char *field, char *ret_value, size_t size, struct fault *f)
{
	char value[NAME_CHARACTERS_MAX * 4 + 1];
	size_t len = 0, characters = 0;
	int space = 0;

	while (*text != '\0') {
		const char *from = text;
		uint32_t c = next(&text), half = narrow_letter(c);
		size_t n = half != c ? 1 : (size_t)(text - from);

		if (is_space(c)) {
			space = characters > 0;
			continue;
		}
		characters += 1 + (size_t)space;
		if (is_invisible(c) || characters > NAME_CHARACTERS_MAX)
			goto bad;
		if (space)
			value[len++] = ' ';
		space = 0;
		memcpy(value + len, half != c ? (const char[]){ (char)half } : from, n);
		len += n;
	}
	if (characters == 0 || len >= size)
		goto bad;
	memcpy(ret_value, value, len);
	ret_value[len] = '\0';
	return 0;
bad:
	fault_set(f, FAULT_NAME_INVALID, "%s", "");
	fault_arg(f, "field", "%s", field);
	return -1;
}

int
ident_phone(const char *text, const char *field, char *ret_value, size_t size, struct fault *f)
{
	struct number n = { .field = field };

	normalise(text, &n);
	if (n.len != PHONE_LENGTH || n.text[0] != '1' || n.text[1] < '3' ||
	    check_span(&n, 0, PHONE_LENGTH, digits, NULL) < 0 || size <= PHONE_LENGTH)
		return refuse(&n, FAULT_PHONE_INVALID, f);
	memcpy(ret_value, n.text, PHONE_LENGTH + 1);
	return 0;
}

/* Masks */

/* Keeps some characters at both ends; the others become stars. */
static void
mask(const char *text, size_t first, size_t last, char *ret_text, size_t size)
{
	size_t total = 0, len = 0;

	for (const char *p = text; *p != '\0'; total++)
		next(&p);
	for (size_t i = 0; *text != '\0'; i++) {
		const char *from = text;
		int keep = i < first || i + last >= total;
		size_t n;

		next(&text);
		n = keep ? (size_t)(text - from) : 1;
		if (len + n >= size)
			break;
		memcpy(ret_text + len, keep ? from : "*", n);
		len += n;
	}
	if (size > 0)
		ret_text[len] = '\0';
}

void
ident_mask(const char *value, char *ret_text, size_t size)
{
	size_t len = strlen(value);

	/* A short number would be told by seven of its characters. */
	if (len >= PHONE_LENGTH)
		mask(value, 3, 4, ret_text, size);
	else
		mask(value, len >= 6, len >= 6 ? 2 : 0, ret_text, size);
}

void
ident_mask_name(const char *name, char *ret_text, size_t size)
{
	static const char *const compound[] = {
		"欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒",
		"司空", "长孙", "宇文", "轩辕", "东方", "南宫", "西门", "独孤", "申屠", "端木", "百里",
		"呼延", "淳于", "单于", "太史", "公冶", "濮阳", "澹台", "钟离", "闻人", "赫连", "第五",
	};
	const char *rest = name;
	size_t kept = 1;

	for (size_t i = 0; i < sizeof(compound) / sizeof(compound[0]); i++)
		if (strncmp(name, compound[i], strlen(compound[i])) == 0)
			kept = 2;
	/* Somebody must stay hidden: of a name without a given name nothing is shown. */
	for (size_t i = 0; i < kept && *rest != '\0'; i++)
		next(&rest);
	mask(name, *rest != '\0' ? kept : kept - 1, 0, ret_text, size);
}

/* ISO 7064 */

char
ident_mod37(const char *text, size_t len)
{
	int p = 36;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\0' || strchr(alphanumeric, text[i]) == NULL)
			continue;
		p = (p + place(alphanumeric, text[i])) % 36;
		p = (p == 0 ? 36 : p) * 2 % 37;
	}
	return alphanumeric[(37 - p) % 36];
}
