/**
 * Text that grows: what the host prints, and command lines that it builds. UTF-16 units are `uint16_t` here, which is what
 * Windows' `wchar_t` is, so that this compiles and is tested elsewhere too.
 */
#ifndef REMOTE_ASSIST_TEXT_H
#define REMOTE_ASSIST_TEXT_H

#include <stddef.h>
#include <stdint.h>

/** Zero-initialised it is empty. Running out of memory ends the process. */
struct text {
  char *bytes; /* always ends with a zero once something was added */
  size_t length;
  size_t capacity;
};

void text_add(struct text *text, const char *bytes);
void text_free(struct text *text);

/** Adds `"name":`, with a comma before it where a member came before. */
void json_name(struct text *text, const char *name);
void json_number(struct text *text, uint64_t value);
void json_boolean(struct text *text, int value);
/** ASCII; `null` for NULL. */
void json_ascii(struct text *text, const char *value);
/**
 * UTF-16 up to its zero, as UTF-8; `null` for NULL. Control characters are escaped, and a surrogate without its other
 * half becomes U+FFFD, so that the text is always JSON.
 */
void json_utf16(struct text *text, const uint16_t *value);

/** UTF-16 text that grows. Zero-initialised it is empty. */
struct wide {
  uint16_t *units; /* always ends with a zero once something was added */
  size_t length;
  size_t capacity;
};

void wide_add(struct wide *wide, const uint16_t *units);
void wide_free(struct wide *wide);

/** Adds an argument to a command line so that `CommandLineToArgvW` takes it apart as it was, after a space but for the first. */
void wide_argument(struct wide *line, const uint16_t *argument);

#endif
