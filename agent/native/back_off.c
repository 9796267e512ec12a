/** See back_off.h. */
#include "back_off.h"

enum { FIRST_MS = 1000, MOST_MS = 60 * 1000 };

uint32_t back_off_ms(uint32_t before, uint64_t ran_ms) {
  if (before == 0 || ran_ms >= MOST_MS) return FIRST_MS;
  return before >= MOST_MS / 2 ? MOST_MS : before * 2;
}
