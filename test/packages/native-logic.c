/**
 * Runs the host's portable parts for the tests, one case a line: what to do, then words in hexadecimal. UTF-16 is in units of
 * two bytes, lowest first. Each line gives one line back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../agent/native/back_off.h"
#include "../../agent/native/options.h"
#include "../../agent/native/smbios.h"
#include "../../agent/native/text.h"

enum { MOST_WORDS = 64 };

/** As much memory as there are bytes, so that a look beyond them is seen. */
static uint8_t *bytes_of(const char *hex, size_t *length) {
  *length = strlen(hex) / 2;
  uint8_t *bytes = malloc(*length + (*length == 0));
  for (size_t i = 0; i < *length; i++) {
    unsigned value;
    sscanf(hex + 2 * i, "%2x", &value);
    bytes[i] = (uint8_t)value;
  }
  return bytes;
}

static uint16_t *units_of(const char *hex) {
  size_t length;
  uint8_t *bytes = bytes_of(hex, &length);
  uint16_t *units = calloc(length / 2 + 1, sizeof *units);
  for (size_t i = 0; i < length / 2; i++) units[i] = (uint16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8);
  free(bytes);
  return units;
}

static void print_units(const uint16_t *units) {
  for (; units != NULL && *units != 0; units++) printf("%02x%02x", *units & 0xFF, *units >> 8);
}

static void run_json(char **words) {
  uint16_t *units = units_of(words[1]);
  struct text json = {0};
  json_utf16(&json, units);
  puts(json.bytes);
  text_free(&json);
  free(units);
}

static void run_line(char **words, int count) {
  struct wide line = {0};
  for (int i = 1; i < count; i++) {
    uint16_t *units = units_of(words[i]);
    wide_argument(&line, units);
    free(units);
  }
  print_units(line.units);
  putchar('\n');
  wide_free(&line);
}

/** With the options `a`, which must be there, and `bc`; each value, and how many words were taken, or what is wrong. */
static void run_options(char **words, int count) {
  uint16_t *given[MOST_WORDS];
  for (int i = 1; i < count; i++) given[i - 1] = units_of(words[i]);
  struct option options[] = {{"a", NULL, 1}, {"bc", NULL, 0}, {NULL, NULL, 0}};
  int rest;
  const char *wrong = options_parse(count - 1, given, options, &rest);
  if (wrong != NULL) {
    puts(wrong);
  } else {
    print_units(options[0].value);
    putchar(' ');
    print_units(options[1].value);
    printf(" %d\n", rest);
  }
  for (int i = 1; i < count; i++) free(given[i - 1]);
}

static void run_smbios(char **words) {
  size_t length;
  uint8_t *table = bytes_of(words[3], &length);
  struct machine machine;
  smbios_read(table, length, atoi(words[1]), atoi(words[2]), &machine);
  printf("%s|%s\n", machine.serial_number, machine.uuid);
  free(table);
}

static void run_number(char **words) {
  uint16_t *units = units_of(words[2]);
  uint32_t number;
  if (number_parse(units, (uint32_t)strtoul(words[1], NULL, 10), &number)) printf("%u\n", number);
  else puts("no");
  free(units);
}

static void run(char **words, int count) {
  if (strcmp(words[0], "json") == 0) run_json(words);
  else if (strcmp(words[0], "line") == 0) run_line(words, count);
  else if (strcmp(words[0], "options") == 0) run_options(words, count);
  else if (strcmp(words[0], "smbios") == 0) run_smbios(words);
  else if (strcmp(words[0], "number") == 0) run_number(words);
  else printf("%u\n", back_off_ms((uint32_t)strtoul(words[1], NULL, 10), strtoull(words[2], NULL, 10)));
}

int main(void) {
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    line[strcspn(line, "\n")] = '\0';
    char *words[MOST_WORDS];
    int count = 0;
    /* By single spaces, so that a word may be empty. */
    for (char *at = line; at != NULL && count < MOST_WORDS; count++) words[count] = strsep(&at, " ");
    run(words, count);
  }
  free(line);
  return 0;
}
