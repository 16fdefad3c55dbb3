/* SPDX-License-Identifier: GPL-2.0-only */
/* Text into a buffer that may be too small: what does not fit is counted, so
 * that len tells how much room was needed.  Always terminated. */
#ifndef MO_OP_SBUF_H
#define MO_OP_SBUF_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../lib/base.h"

struct sbuf {
	char *buf;
	size_t size;	/* at least 1 */
	size_t len;	/* without the final NUL; >= size: truncated */
};

#define SBUF(array) { (array), sizeof(array), 0 }

static inline bool sbuf_truncated(const struct sbuf *s)
{
	return s->len >= s->size;
}

static inline void sbuf_puts(struct sbuf *s, const char *text)
{
	size_t n = strlen(text);

	if (s->len < s->size) {
		size_t room = s->size - s->len - 1;
		size_t part = n < room ? n : room;

		memcpy(s->buf + s->len, text, part);
		s->buf[s->len + part] = '\0';
	}
	s->len += n;
}

static inline void __printf(2, 0)
	sbuf_vprintf(struct sbuf *s, const char *fmt, va_list ap)
{
	size_t room = s->len < s->size ? s->size - s->len : 0;
	int n = vsnprintf(room ? s->buf + s->len : NULL, room, fmt, ap);

	s->len += n > 0 ? (size_t)n : 0;
}

static inline void __printf(2, 3)
	sbuf_printf(struct sbuf *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sbuf_vprintf(s, fmt, ap);
	va_end(ap);
}

#endif
