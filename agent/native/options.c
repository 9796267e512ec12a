/** See options.h. */
#include "options.h"

#include <stddef.h>

int units_equal(const uint16_t *units, const char *ascii) {
  for (; *ascii != '\0'; units++, ascii++) {
    if (*units != (unsigned char)*ascii) return 0;
  }
  return *units == 0;
}

int number_parse(const uint16_t *units, uint32_t most, uint32_t *number) {
  uint64_t value = 0;
  if (*units == 0) return 0;
  for (; *units != 0; units++) {
    if (*units < '0' || *units > '9') return 0;
    value = value * 10 + (*units - '0');
    if (value > most) return 0;
  }
  *number = (uint32_t)value;
  return 1;
}

static struct option *named(struct option *options, const uint16_t *word) {
  if (word[0] != '-' || word[1] != '-') return NULL;
  for (; options->name != NULL; options++) {
    if (units_equal(word + 2, options->name)) return options;
  }
  return NULL;
}

const char *options_parse(int count, uint16_t *const *words, struct option *options, int *rest) {
  int at = 0;
  for (; at < count && !units_equal(words[at], "--"); at += 2) {
    struct option *option = named(options, words[at]);
    if (option == NULL) return "there is no such option";
    if (at + 1 >= count) return "an option is without its value";
    if (option->value != NULL) return "an option is given twice";
    option->value = words[at + 1];
  }
  for (; options->name != NULL; options++) {
    if (options->required && options->value == NULL) return "an option is missing";
  }
  if (rest == NULL) return at < count ? "there is something after the options" : NULL;
  *rest = at < count ? at + 1 : count;
  return NULL;
}
