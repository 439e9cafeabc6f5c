#include "rules/js.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_MAX 9007199254740992.0	/* 2^53: below, every integer is a double */
#define HIGH_FIRST 0xD800u
#define LOW_FIRST 0xDC00u

/* The character at p, and how many bytes it has.  p is well-formed but for lone halves. */
static size_t
decode(const char *p, uint32_t *ret_char)
{
	const unsigned char *u = (const unsigned char *)p;

	if (u[0] < 0x80) {
		*ret_char = u[0];
		return 1;
	}
	if (u[0] < 0xE0) {
		*ret_char = (u[0] & 0x1Fu) << 6 | (u[1] & 0x3Fu);
		return 2;
	}
	if (u[0] < 0xF0) {
		*ret_char = (u[0] & 0x0Fu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
		return 3;
	}
	*ret_char = (u[0] & 0x07u) << 18 | (u[1] & 0x3Fu) << 12 | (u[2] & 0x3Fu) << 6 |
	    (u[3] & 0x3Fu);
	return 4;
}

static void
put_half(char *p, uint32_t half)
{
	p[0] = (char)(0xE0 | half >> 12);
	p[1] = (char)(0x80 | (half >> 6 & 0x3F));
	p[2] = (char)(0x80 | (half & 0x3F));
}

static uint32_t
high_half(uint32_t c)
{
	return HIGH_FIRST + ((c - 0x10000) >> 10);
}

static uint32_t
low_half(uint32_t c)
{
	return LOW_FIRST + ((c - 0x10000) & 0x3FF);
}

/* Whether t begins with a lone low half, or ends with a lone high one; and which. */
static uint32_t
half_at(struct js_text t, int at_end, uint32_t first)
{
	uint32_t c;

	if (t.len < 3 || (unsigned char)t.p[at_end ? t.len - 3 : 0] != 0xED)
		return 0;
	decode(t.p + (at_end ? t.len - 3 : 0), &c);
	return c >= first && c < first + 0x400 ? c : 0;
}

/* Where the decimal number at the beginning of t ends; 0 if there is none. */
static size_t
decimal_end(struct js_text t)
{
	size_t i = t.len > 0 && (t.p[0] == '+' || t.p[0] == '-'), digits = 0, mark;

	if (t.len - i >= 8 && memcmp(t.p + i, "Infinity", 8) == 0)
		return i + 8;
	for (; i < t.len && t.p[i] >= '0' && t.p[i] <= '9'; i++)
		digits++;
	if (i < t.len && t.p[i] == '.') {
		mark = i;
		for (i++; i < t.len && t.p[i] >= '0' && t.p[i] <= '9'; i++)
			digits++;
		if (digits == 0)
			i = mark;
	}
	if (digits == 0)
		return 0;
	mark = i;
	if (i < t.len && (t.p[i] == 'e' || t.p[i] == 'E')) {
		i++;
		i += i < t.len && (t.p[i] == '+' || t.p[i] == '-');
		if (i == t.len || t.p[i] < '0' || t.p[i] > '9')
			return mark;
		while (i < t.len && t.p[i] >= '0' && t.p[i] <= '9')
			i++;
	}
	return i;
}

/* The value of the first len bytes of t, which are a decimal number. */
static double
decimal_value(struct js_run *run, struct js_text t, size_t len)
{
	char small[64], *copy = small;

	/* A copy, because strtod would read on: hexadecimal, "inf", other digits. */
	if (len >= sizeof(small) && (copy = js_alloc(run, len + 1)) == NULL)
		return NAN;
	memcpy(copy, t.p, len);
	copy[len] = '\0';
	return strtod(copy, NULL);
}

/* Digits of base 2^bits after their prefix, rounded once, to even; NaN if there are others. */
static double
binary_value(struct js_text t, unsigned bits)
{
	uint64_t mantissa = 0;
	int more = 0, lost = 0;

	if (t.len == 0)
		return NAN;
	for (size_t i = 0; i < t.len; i++) {
		char c = t.p[i];
		unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') :
		    c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 :
		    c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 99;

		if (digit >> bits != 0)
			return NAN;
		if (mantissa >> (60 - bits) == 0) {
			mantissa = mantissa << bits | digit;
		} else {
			/* Past 53 bits only matters whether anything but zero follows. */
			more += more < 4096 ? (int)bits : 0;
			lost |= digit != 0;
		}
	}
	return ldexp((double)(mantissa | (uint64_t)lost), more);
}

static int
is_space(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0D) || c == ' ' || c == 0xA0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
	    c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

static struct js_text
trim(struct js_text t)
{
	uint32_t c;

	while (t.len > 0) {
		size_t n = decode(t.p, &c);

		if (!is_space(c))
			break;
		t.p += n;
		t.len -= n;
	}
	while (t.len > 0) {
		size_t last = t.len - 1;

		while (last > 0 && ((unsigned char)t.p[last] & 0xC0) == 0x80)
			last--;
		decode(t.p + last, &c);
		if (!is_space(c))
			break;
		t.len = last;
	}
	return t;
}

double
js_text_number(struct js_run *run, struct js_text t)
{
	size_t end;

	if (!js_step(run, t.len / 64))
		return NAN;
	t = trim(t);
	if (t.len == 0)
		return 0;
	if (t.len > 2 && t.p[0] == '0') {
		unsigned bits = t.p[1] == 'x' || t.p[1] == 'X' ? 4 :
		    t.p[1] == 'o' || t.p[1] == 'O' ? 3 : t.p[1] == 'b' || t.p[1] == 'B' ? 1 : 0;

		if (bits != 0)
			return binary_value((struct js_text){ t.p + 2, t.len - 2 }, bits);
	}
	end = decimal_end(t);
	return end > 0 && end == t.len ? decimal_value(run, t, end) : NAN;
}

double
js_text_float(struct js_run *run, struct js_text t)
{
	size_t end;

	if (!js_step(run, t.len / 64))
		return NAN;
	t = trim(t);
	end = decimal_end(t);
	return end > 0 ? decimal_value(run, t, end) : NAN;
}

/* Lays digits d[0..n), a decimal point after the first e of them, as JavaScript does. */
static void
lay_digits(const char *d, int n, int e, const char *sign, char *text)
{
	static const char zeros[] = "00000000000000000000";

	if (n <= e && e <= 21)
		snprintf(text, JS_NUMBER_MAX, "%s%.*s%.*s", sign, n, d, e - n, zeros);
	else if (e > 0 && e <= 21)
		snprintf(text, JS_NUMBER_MAX, "%s%.*s.%.*s", sign, e, d, n - e, d + e);
	else if (e > -6 && e <= 0)
		snprintf(text, JS_NUMBER_MAX, "%s0.%.*s%.*s", sign, -e, zeros, n, d);
	else
		snprintf(text, JS_NUMBER_MAX, "%s%c%s%.*se%c%d", sign, d[0], n > 1 ? "." : "",
		    n - 1, d + 1, e > 0 ? '+' : '-', abs(e - 1));
}

/* Adds one to the last digit of a mantissa; whether it stayed as long. */
static int
next_up(char *mantissa)
{
	char *p = strchr(mantissa, 'e');

	while (p-- > mantissa) {
		if (*p == '.')
			continue;
		if (*p != '9') {
			++*p;
			return 1;
		}
		*p = '0';
	}
	return 0;
}

/*
 * Writes x > 0 with the fewest digits that still read back as x, the nearest of those.
 * Next to a power of two doubles are denser below than above: there the nearest text
 * may be another number's while the next one up is x's.
 */
static void
fewest_digits(double x, char *text)
{
	int exponent, power_of_two = frexp(x, &exponent) == 0.5;

	for (int precision = 0; precision < 17; precision++) {
		snprintf(text, JS_NUMBER_MAX, "%.*e", precision, x);
		if (strtod(text, NULL) == x)
			return;
		if (power_of_two && next_up(text) && strtod(text, NULL) == x)
			return;
	}
}

void
js_number_text(double x, char *text)
{
	char trial[JS_NUMBER_MAX], digits[JS_NUMBER_MAX];
	int n = 0;

	if (isnan(x) || isinf(x)) {
		snprintf(text, JS_NUMBER_MAX, "%s", isnan(x) ? "NaN" : x < 0 ? "-Infinity" : "Infinity");
		return;
	}
	if (fabs(x) < EXACT_MAX && x == (double)(int64_t)x) {
		snprintf(text, JS_NUMBER_MAX, "%lld", (long long)x);
		return;
	}
	fewest_digits(fabs(x), trial);
	for (const char *p = trial; *p != 'e'; p++)
		if (*p != '.')
			digits[n++] = *p;
	lay_digits(digits, n, (int)strtol(strchr(trial, 'e') + 1, NULL, 10) + 1, x < 0 ? "-" : "",
	    text);
}

size_t
js_text_units(struct js_text t)
{
	size_t n = 0;

	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.p[i];

		n += ((c & 0xC0) != 0x80) + (c >= 0xF0);
	}
	return n;
}

/* The first two UTF-16 units of text that goes on to end; 0 past the end. */
static void
two_units(const char *p, const char *end, uint32_t unit[2])
{
	uint32_t c;

	p += decode(p, &c);
	unit[0] = c < 0x10000 ? c : high_half(c);
	unit[1] = 0;
	if (c >= 0x10000) {
		unit[1] = low_half(c);
	} else if (p < end) {
		decode(p, &c);
		unit[1] = c < 0x10000 ? c : high_half(c);
	}
}

int
js_text_compare(struct js_text a, struct js_text b)
{
	size_t least = a.len < b.len ? a.len : b.len, i = 0;
	uint32_t ua[2], ub[2];

	while (i < least && a.p[i] == b.p[i])
		i++;
	if (i == least)
		return a.len < b.len ? -1 : a.len > b.len;
	while (i > 0 && ((unsigned char)a.p[i] & 0xC0) == 0x80)
		i--;
	/* Characters that differ share at most the first of their units. */
	two_units(a.p + i, a.p + a.len, ua);
	two_units(b.p + i, b.p + b.len, ub);
	for (int k = 0; k < 2; k++)
		if (ua[k] != ub[k])
			return ua[k] < ub[k] ? -1 : 1;
	return 0;
}

struct js_text
js_text_slice(struct js_run *run, struct js_text t, size_t from, size_t until)
{
	struct js_text part = { "", 0 };
	size_t unit = 0, n, wide;
	uint32_t c;
	char *out;

	if (from >= until || !js_step(run, t.len / 64) || (out = js_alloc(run, t.len + 1)) == NULL)
		return part;
	part.p = out;
	for (size_t i = 0; i < t.len && unit < until; i += n, unit += wide) {
		n = decode(t.p + i, &c);
		wide = n == 4 ? 2 : 1;
		if (unit + wide <= from)
			continue;
		if (unit < from || unit + wide > until) {
			put_half(out + part.len, unit < from ? low_half(c) : high_half(c));
			part.len += 3;
		} else {
			memcpy(out + part.len, t.p + i, n);
			part.len += n;
		}
	}
	out[part.len] = '\0';
	return part;
}

/* t as UTF-16 units; NULL when the run failed. */
static uint16_t *
widen(struct js_run *run, struct js_text t, size_t *ret_n)
{
	uint16_t *u = js_alloc(run, (t.len + 1) * sizeof(*u));
	size_t n = 0;
	uint32_t c;

	if (u == NULL || !js_step(run, t.len / 16))
		return NULL;
	for (size_t i = 0; i < t.len;) {
		i += decode(t.p + i, &c);
		u[n++] = (uint16_t)(c < 0x10000 ? c : high_half(c));
		if (c >= 0x10000)
			u[n++] = (uint16_t)low_half(c);
	}
	*ret_n = n;
	return u;
}

/* The search for a part that begins or ends inside a character. */
static int
has_units(struct js_run *run, struct js_text t, struct js_text part)
{
	size_t nt, np, at = 0;
	uint16_t *ut = widen(run, t, &nt), *up = widen(run, part, &np);
	const char *hit;

	while (ut != NULL && up != NULL && js_step(run, 1 + (nt - at) / 64)) {
		hit = memmem(ut + at, (nt - at) * 2, up, np * 2);
		if (hit == NULL || (hit - (const char *)ut) % 2 == 0)
			return hit != NULL;
		at = (size_t)(hit - (const char *)ut) / 2 + 1;
	}
	return 0;
}

int
js_text_has(struct js_run *run, struct js_text t, struct js_text part)
{
	if (!js_step(run, (t.len + part.len) / 64))
		return 0;
	if (part.len == 0)
		return 1;
	if (half_at(part, 0, LOW_FIRST) != 0 || half_at(part, 1, HIGH_FIRST) != 0)
		return has_units(run, t, part);
	return memmem(t.p, t.len, part.p, part.len) != NULL;
}

/* Adds part to the len bytes at out, joining two halves that meet; the new length. */
static size_t
append(char *out, size_t len, struct js_text part)
{
	uint32_t high = half_at((struct js_text){ out, len }, 1, HIGH_FIRST);
	uint32_t low = half_at(part, 0, LOW_FIRST);

	if (high != 0 && low != 0) {
		uint32_t c = 0x10000 + ((high - HIGH_FIRST) << 10) + (low - LOW_FIRST);

		out[len - 3] = (char)(0xF0 | c >> 18);
		out[len - 2] = (char)(0x80 | (c >> 12 & 0x3F));
		out[len - 1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[len++] = (char)(0x80 | (c & 0x3F));
		part.p += 3;
		part.len -= 3;
	}
	memcpy(out + len, part.p, part.len);
	return len + part.len;
}

struct js_text
js_text_concat(struct js_run *run, const struct js_text *t, size_t n)
{
	struct js_text all = { "", 0 };
	size_t size = 1;
	char *out;

	for (size_t i = 0; i < n; i++)
		size += t[i].len;
	if (!js_step(run, size / 64) || (out = js_alloc(run, size)) == NULL)
		return all;
	for (size_t i = 0; i < n; i++)
		all.len = append(out, all.len, t[i]);
	out[all.len] = '\0';
	all.p = out;
	return all;
}
