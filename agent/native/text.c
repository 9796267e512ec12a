/** See text.h. */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *grown(void *memory, size_t size) {
  void *more = realloc(memory, size);
  if (more == NULL) {
    fputs("out of memory\n", stderr);
    abort();
  }
  return more;
}

static size_t enough(size_t capacity, size_t needed) {
  if (capacity < 64) capacity = 64;
  while (capacity < needed) capacity *= 2;
  return capacity;
}

static void add_bytes(struct text *text, const char *bytes, size_t count) {
  size_t needed = text->length + count + 1;
  if (needed > text->capacity) {
    text->capacity = enough(text->capacity, needed);
    text->bytes = grown(text->bytes, text->capacity);
  }
  memcpy(text->bytes + text->length, bytes, count);
  text->length += count;
  text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *bytes) { add_bytes(text, bytes, strlen(bytes)); }

void text_free(struct text *text) {
  free(text->bytes);
  memset(text, 0, sizeof *text);
}

static void add_utf8(struct text *text, uint32_t point) {
  char bytes[4];
  size_t count = 0;
  if (point < 0x80) {
    bytes[count++] = (char)point;
  } else if (point < 0x800) {
    bytes[count++] = (char)(0xC0 | (point >> 6));
    bytes[count++] = (char)(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    bytes[count++] = (char)(0xE0 | (point >> 12));
    bytes[count++] = (char)(0x80 | ((point >> 6) & 0x3F));
    bytes[count++] = (char)(0x80 | (point & 0x3F));
  } else {
    bytes[count++] = (char)(0xF0 | (point >> 18));
    bytes[count++] = (char)(0x80 | ((point >> 12) & 0x3F));
    bytes[count++] = (char)(0x80 | ((point >> 6) & 0x3F));
    bytes[count++] = (char)(0x80 | (point & 0x3F));
  }
  add_bytes(text, bytes, count);
}

static void add_escaped(struct text *text, uint32_t point) {
  if (point == '"' || point == '\\') {
    text_add(text, "\\");
    add_utf8(text, point);
  } else if (point < 0x20) {
    char escaped[8];
    snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)point);
    text_add(text, escaped);
  } else {
    add_utf8(text, point);
  }
}

static int is_high(uint16_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
static int is_low(uint16_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

void json_utf16(struct text *text, const uint16_t *value) {
  if (value == NULL) {
    text_add(text, "null");
    return;
  }
  text_add(text, "\"");
  for (size_t i = 0; value[i] != 0; i++) {
    uint32_t point = value[i];
    if (is_high(value[i]) && is_low(value[i + 1])) {
      point = 0x10000u + (((uint32_t)value[i] - 0xD800u) << 10) + ((uint32_t)value[i + 1] - 0xDC00u);
      i++;
    } else if (is_high(value[i]) || is_low(value[i])) {
      point = 0xFFFD;
    }
    add_escaped(text, point);
  }
  text_add(text, "\"");
}

void json_ascii(struct text *text, const char *value) {
  if (value == NULL) {
    text_add(text, "null");
    return;
  }
  text_add(text, "\"");
  for (; *value != '\0'; value++) add_escaped(text, (unsigned char)*value < 0x80 ? (uint32_t)*value : 0xFFFD);
  text_add(text, "\"");
}

void json_number(struct text *text, uint64_t value) {
  char digits[24];
  size_t at = sizeof digits;
  digits[--at] = '\0';
  do {
    digits[--at] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  text_add(text, digits + at);
}

void json_boolean(struct text *text, int value) { text_add(text, value ? "true" : "false"); }

void json_name(struct text *text, const char *name) {
  if (text->length > 0 && text->bytes[text->length - 1] != '{') text_add(text, ",");
  json_ascii(text, name);
  text_add(text, ":");
}

static void add_units(struct wide *wide, const uint16_t *units, size_t count) {
  size_t needed = wide->length + count + 1;
  if (needed > wide->capacity) {
    wide->capacity = enough(wide->capacity, needed);
    wide->units = grown(wide->units, wide->capacity * sizeof *wide->units);
  }
  memcpy(wide->units + wide->length, units, count * sizeof *units);
  wide->length += count;
  wide->units[wide->length] = 0;
}

void wide_add(struct wide *wide, const uint16_t *units) {
  size_t count = 0;
  while (units[count] != 0) count++;
  add_units(wide, units, count);
}

void wide_free(struct wide *wide) {
  free(wide->units);
  memset(wide, 0, sizeof *wide);
}

static void add_times(struct wide *wide, uint16_t unit, size_t times) {
  for (; times > 0; times--) add_units(wide, &unit, 1);
}

/* Backslashes stand for themselves, but before a quotation mark, where each is doubled. Always in quotation marks. */
void wide_argument(struct wide *line, const uint16_t *argument) {
  if (line->length > 0) add_times(line, ' ', 1);
  add_times(line, '"', 1);
  size_t backslashes = 0;
  for (; *argument != 0; argument++) {
    if (*argument == '\\') {
      backslashes++;
      continue;
    }
    add_times(line, '\\', *argument == '"' ? 2 * backslashes + 1 : backslashes);
    backslashes = 0;
    add_times(line, *argument, 1);
  }
  add_times(line, '\\', 2 * backslashes);
  add_times(line, '"', 1);
}
