/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The image of the kernel half: all that it can write, as it was when the machine had
 * booted.  After a few resets its pages are write-protected and a fault tells the first
 * write to each: what was never written since need not be put back.  The first resets
 * copy everything, so that a replay, and gdb, see no fault.
 */
#ifndef LANE_IMAGE_H
#define LANE_IMAGE_H

void image_seal(void);
void image_restore(void);

#endif
