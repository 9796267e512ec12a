/** See smbios.h. */
#include "smbios.h"

#include <stdio.h>
#include <string.h>

enum { SYSTEM_INFORMATION = 1, SERIAL_NUMBER_AT = 7, UUID_AT = 8, UUID_LENGTH = 16 };

/** Where the strings after a structure end, behind their two zeros; NULL where the table ends before that. */
static const uint8_t *after_strings(const uint8_t *strings, const uint8_t *end) {
  for (const uint8_t *at = strings; at + 1 < end; at++) {
    if (at[0] == 0 && at[1] == 0) return at + 2;
  }
  return NULL;
}

/** The string of that number, counted from 1; what is not printable ASCII is left out. */
static void copy_string(const uint8_t *strings, const uint8_t *end, int number, char *to, size_t size) {
  to[0] = '\0';
  if (number == 0) return;
  for (; number > 1; number--) {
    while (strings < end && *strings != 0) strings++;
    /* The strings end with an empty one. */
    if (end - strings < 2 || strings[1] == 0) return;
    strings++;
  }
  size_t length = 0;
  for (; strings < end && *strings != 0 && length + 1 < size; strings++) {
    if (*strings >= 0x20 && *strings < 0x7F) to[length++] = (char)*strings;
  }
  to[length] = '\0';
}

static int all_are(const uint8_t *bytes, size_t count, uint8_t value) {
  for (size_t i = 0; i < count; i++) {
    if (bytes[i] != value) return 0;
  }
  return 1;
}

static void copy_uuid(const uint8_t *uuid, int swapped, char *to, size_t size) {
  /* All zeros: none. All ones: none, but it can be set. */
  if (all_are(uuid, UUID_LENGTH, 0x00) || all_are(uuid, UUID_LENGTH, 0xFF)) return;
  static const int AS_WRITTEN[UUID_LENGTH] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  static const int SWAPPED[UUID_LENGTH] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  const int *order = swapped ? SWAPPED : AS_WRITTEN;
  size_t length = 0;
  for (int i = 0; i < UUID_LENGTH; i++) {
    const char *dash = i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "";
    length += (size_t)snprintf(to + length, size - length, "%s%02x", dash, uuid[order[i]]);
  }
}

void smbios_read(const uint8_t *table, size_t length, int major, int minor, struct machine *machine) {
  memset(machine, 0, sizeof *machine);
  const uint8_t *end = table + length;
  const uint8_t *at = table;
  /* Type, length of the formatted part, a handle of two bytes. */
  while (at != NULL && end - at >= 4 && at[1] >= 4 && at[1] <= end - at) {
    const uint8_t *strings = at + at[1];
    const uint8_t *next = after_strings(strings, end);
    if (at[0] == SYSTEM_INFORMATION) {
      const uint8_t *strings_end = next == NULL ? end : next;
      int swapped = major > 2 || (major == 2 && minor >= 6);
      if (at[1] > SERIAL_NUMBER_AT) {
        char *to = machine->serial_number;
        copy_string(strings, strings_end, at[SERIAL_NUMBER_AT], to, sizeof machine->serial_number);
      }
      if (at[1] >= UUID_AT + UUID_LENGTH) copy_uuid(at + UUID_AT, swapped, machine->uuid, sizeof machine->uuid);
      return;
    }
    at = next;
  }
}
