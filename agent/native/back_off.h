/** How long the service waits before it starts an agent that ended again: 1 second, twice as long each time, 60 at most. */
#ifndef REMOTE_ASSIST_BACK_OFF_H
#define REMOTE_ASSIST_BACK_OFF_H

#include <stdint.h>

/**
 * @param before what this said last, 0 at first
 * @param ran_ms how long the agent ran; one that ran for a minute was no failed start
 * @returns milliseconds
 */
uint32_t back_off_ms(uint32_t before, uint64_t ran_ms);

#endif
