/** The host's own command line: a command, then `--name value` pairs, then after `--` words that are somebody else's. */
#ifndef REMOTE_ASSIST_OPTIONS_H
#define REMOTE_ASSIST_OPTIONS_H

#include <stdint.h>

struct option {
  const char *name; /* without the dashes; a NULL ends the list */
  const uint16_t *value; /* set by the parser; NULL when it was not given */
  int required;
};

/**
 * @param words without the command
 * @param rest gets the number of the first word after `--`; NULL where none may follow
 * @returns NULL, or what is wrong, in English
 */
const char *options_parse(int count, uint16_t *const *words, struct option *options, int *rest);

int units_equal(const uint16_t *units, const char *ascii);

/** @returns whether it is a whole number from 0 to `most` */
int number_parse(const uint16_t *units, uint32_t most, uint32_t *number);

#endif
