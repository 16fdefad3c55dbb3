/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * main() of a fuzz target without a fuzzing engine: runs files, and all files
 * below folders, each once, as libFuzzer does when it gets files.  Any compiler.
 *
 *   ./fuzz_offline crash-1234 corpus/
 *
 * Exit 0: all ran; 2: something could not be read, or nothing was given; a violation aborts.
 */
#include <err.h>
#include <stdio.h>

#include "inputs.h"

__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(void *arg, const struct input *input)
{
	unsigned int *nr = arg;

	fprintf(stderr, "Running: %s\n", input->path);
	LLVMFuzzerTestOneInput(input->data, input->size);
	++*nr;
}

int main(int argc, char **argv)
{
	unsigned int nr = 0, nr_failed;

	if (LLVMFuzzerInitialize)
		LLVMFuzzerInitialize(&argc, &argv);
	if (argc < 2 || argv[1][0] == '-')
		errx(2, "usage: %s FILE|FOLDER...: each is run once, a violation aborts", argv[0]);
	nr_failed = inputs_walk(argv + 1, run, &nr);
	fprintf(stderr, "%u inputs ran\n", nr);
	return nr_failed ? 2 : 0;
}
