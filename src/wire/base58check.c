#include "wire/base58check.h"

#include "lib/libssl.h"

#include <string.h>

#define CHECKSUM 4
#define WHOLE    (DOCUMENT_ID + CHECKSUM)

static const char digits[] =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

static void append_checksum(uint8_t whole[WHOLE])
{
	uint8_t hash[SHA256_DIGEST_LENGTH];
	SHA256(whole, DOCUMENT_ID, hash);
	SHA256(hash, sizeof hash, hash);
	memcpy(whole + DOCUMENT_ID, hash, CHECKSUM);
}

/* Divides the number by 58; returns the remainder. */
static unsigned divide(uint8_t number[WHOLE])
{
	unsigned rest = 0;
	for (size_t i = 0; i < WHOLE; i++) {
		rest = rest << 8 | number[i];
		number[i] = (uint8_t)(rest / 58);
		rest %= 58;
	}
	return rest;
}

static size_t leading_zeros(const uint8_t whole[WHOLE])
{
	size_t count = 0;
	while (count < WHOLE && whole[count] == 0)
		count++;
	return count;
}

void document_id_write(char text[DOCUMENT_ID_TEXT],
    const uint8_t id[DOCUMENT_ID])
{
	uint8_t whole[WHOLE];
	memcpy(whole, id, DOCUMENT_ID);
	append_checksum(whole);
	size_t zeros = leading_zeros(whole);

	/* The lowest digit comes first, so it is written from the end. */
	char *start = text + DOCUMENT_ID_TEXT - 1;
	*start = '\0';
	while (leading_zeros(whole) < WHOLE)
		*--start = digits[divide(whole)];
	while (zeros-- > 0)
		*--start = digits[0];
	memmove(text, start, strlen(start) + 1);
}

/* Multiplies by 58 and adds; -1 when that no longer fits. */
static int shift_in(uint8_t number[WHOLE], unsigned digit)
{
	for (size_t i = WHOLE; i-- > 0;) {
		digit += number[i] * 58u;
		number[i] = (uint8_t)digit;
		digit >>= 8;
	}
	return digit ? -1 : 0;
}

int document_id_read(uint8_t id[DOCUMENT_ID], const char *text, size_t length)
{
	uint8_t whole[WHOLE] = { 0 }, check[WHOLE];
	size_t ones = 0;
	for (size_t i = 0; i < length; i++) {
		const char *digit = memchr(digits, text[i], sizeof digits - 1);
		if (!digit || shift_in(whole, (unsigned)(digit - digits)) < 0)
			return -1;
		if (ones == i && *digit == digits[0])
			ones++;
	}
	if (length == 0 || leading_zeros(whole) != ones)
		return -1;
	memcpy(check, whole, WHOLE);
	append_checksum(check);
	if (memcmp(check, whole, WHOLE) != 0)
		return -1;
	memcpy(id, whole, DOCUMENT_ID);
	return 0;
}
