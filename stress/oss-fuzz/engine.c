/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fuzzing engine of nobody's, as small as it can be: what a target must work with
 * when a service sets LIB_FUZZING_ENGINE to an archive that we do not know.  It takes
 * honggfuzz's place in check-oss-fuzz.sh: coverage by -fsanitize-coverage=trace-pc-guard,
 * bytes are changed blindly, the mutator of the target is not called, and a target
 * that calls the engine's ends.
 *
 *   TARGET [FILE...]   runs the empty input, each file, and then RUNS changed copies
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS	 2000
#define SIZE_MAX_INPUT 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);
void __sanitizer_cov_trace_pc_guard(uint32_t *guard);
void __sanitizer_cov_trace_pc_indir(uintptr_t callee);
void __sanitizer_cov_trace_cmp1(uint8_t a, uint8_t b);
void __sanitizer_cov_trace_cmp2(uint16_t a, uint16_t b);
void __sanitizer_cov_trace_cmp4(uint32_t a, uint32_t b);
void __sanitizer_cov_trace_cmp8(uint64_t a, uint64_t b);
void __sanitizer_cov_trace_const_cmp1(uint8_t a, uint8_t b);
void __sanitizer_cov_trace_const_cmp2(uint16_t a, uint16_t b);
void __sanitizer_cov_trace_const_cmp4(uint32_t a, uint32_t b);
void __sanitizer_cov_trace_const_cmp8(uint64_t a, uint64_t b);
void __sanitizer_cov_trace_switch(uint64_t value, uint64_t *cases);

static uint32_t nr_guards, nr_reached;

/* A guard is not zero until it was reached. */
void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop)
{
	if (start == stop || *start)
		return;
	for (; start < stop; start++)
		*start = ++nr_guards;
}

void __sanitizer_cov_trace_pc_guard(uint32_t *guard)
{
	if (!*guard)
		return;
	*guard = 0;
	nr_reached++;
}

#define IGNORE(name, type)                                                     \
	void __sanitizer_cov_trace_##name(type a, type b)                      \
	{                                                                      \
		(void)a;                                                       \
		(void)b;                                                       \
	}
IGNORE(cmp1, uint8_t)
IGNORE(cmp2, uint16_t)
IGNORE(cmp4, uint32_t)
IGNORE(cmp8, uint64_t)
IGNORE(const_cmp1, uint8_t)
IGNORE(const_cmp2, uint16_t)
IGNORE(const_cmp4, uint32_t)
IGNORE(const_cmp8, uint64_t)

void __sanitizer_cov_trace_switch(uint64_t value, uint64_t *cases)
{
	(void)value;
	(void)cases;
}

void __sanitizer_cov_trace_pc_indir(uintptr_t callee)
{
	(void)callee;
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
	(void)data;
	(void)size;
	(void)max_size;
	fputs("the target calls LLVMFuzzerMutate(), which not every engine has\n", stderr);
	abort();
}

static uint32_t next_random(void)
{
	static uint32_t x = 1;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

static size_t read_file(const char *path, uint8_t *data)
{
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(1);
	}
	size = fread(data, 1, SIZE_MAX_INPUT, file);
	fclose(file);
	return size;
}

static void run(const uint8_t *data, size_t size)
{
	if (LLVMFuzzerTestOneInput(data, size)) {
		fputs("the target returned something else than 0\n", stderr);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	static uint8_t data[SIZE_MAX_INPUT];
	size_t size = 0;
	int i;

	if (LLVMFuzzerInitialize)
		LLVMFuzzerInitialize(&argc, &argv);
	run(data, 0);
	for (i = 1; i < argc; i++)
		run(data, read_file(argv[i], data));
	for (i = 0; i < RUNS; i++) {
		if (argc > 1)
			size = read_file(argv[1 + next_random() % (argc - 1)], data);
		else
			size = next_random() % sizeof(data);
		for (uint32_t edits = 1 + next_random() % 8; size && edits; edits--)
			data[next_random() % size] = (uint8_t)next_random();
		run(data, size);
	}
	printf("Done: %u guards, %u reached\n", nr_guards, nr_reached);
	return 0;
}
