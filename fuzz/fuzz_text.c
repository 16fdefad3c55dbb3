/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Property: bytes -> text -> bytes -> text ends where it began and means the same
 * all along; and any text is either run or refused with one line that says
 * where and why.  An input that begins like text is text, any other is bytes.
 */
#include <string.h>

#include "fuzz.h"

/* Half a million operations would be read; longer inputs show nothing new. */
#define INPUT_MAX 4096
/* A line of text per record, none longer than this. */
#define TEXT_MAX (INPUT_MAX / MO_RECORD_SIZE * 256 + 4096)

/* A machine on which something broke stays so, to be looked at: what the next input
 * executes must not depend on it. */
static void put_back(const struct mo_result *result, const uint8_t *bytes,
		     size_t size)
{
	if (result->invariant && size >= MO_HEADER_SIZE)
		mo_run_bytes(fuzz_mo, bytes, MO_HEADER_SIZE,
			     &(struct mo_options){ .level = 0 }, NULL);
}

static void any_text(const char *text, size_t size)
{
	static uint8_t bytes[2 * INPUT_MAX];
	struct mo_result result = { 0 };
	int ret = mo_run_text(fuzz_mo, "input", text, size,
			      &(struct mo_options){ .level = 0 }, &result);

	if (result.invariant)
		put_back(&result, bytes,
			 mo_text_to_bytes(fuzz_mo, "input", text, size, bytes,
					  sizeof(bytes)));
	FUZZ_MUST(ret >= 0 && ret <= 2);
	FUZZ_MUST(ret != 2 || !strncmp(mo_error(fuzz_mo), "input:", 6));
}

static void round_trip(const uint8_t *data, size_t size)
{
	static char text[TEXT_MAX], again[TEXT_MAX];
	static uint8_t bytes[2 * INPUT_MAX];
	const struct mo_options options = { .level = 0 };
	struct mo_result first, second;
	size_t text_size, bytes_size;

	text_size = mo_bytes_to_text(fuzz_mo, data, size, text, sizeof(text));
	FUZZ_MUST(text_size > 0);
	bytes_size = mo_text_to_bytes(fuzz_mo, "text", text, text_size, bytes,
				      sizeof(bytes));
	FUZZ_MUST(bytes_size > 0);
	FUZZ_MUST(mo_bytes_to_text(fuzz_mo, bytes, bytes_size, again,
				   sizeof(again)) == text_size);
	FUZZ_MUST(!memcmp(text, again, text_size));

	mo_run_bytes(fuzz_mo, data, size, &options, &first);
	mo_run_bytes(fuzz_mo, bytes, bytes_size, &options, &second);
	FUZZ_MUST(first.trace_hash == second.trace_hash);
	put_back(&second, bytes, bytes_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > INPUT_MAX)
		return 0;
	if (size && (data[0] == '#' || data[0] == 'm'))
		any_text((const char *)data, size);
	else
		round_trip(data, size);
	return 0;
}
