/* SPDX-License-Identifier: GPL-2.0-only */
/* timeline.html as a string.  TIMELINE_HTML: its path, from CMake. */
#include "timeline.h"

__asm__(".pushsection .rodata\n"
	".globl timeline_page\n"
	"timeline_page:\n"
	".incbin \"" TIMELINE_HTML "\"\n"
	".byte 0\n"
	".popsection\n");
