/**
 * Reads what the firmware says of the machine (SMBIOS, DMTF DSP0134): the serial number and the UUID of its system
 * information, structure type 1. What it says may be anything, so nothing is read that the table does not hold.
 */
#ifndef REMOTE_ASSIST_SMBIOS_H
#define REMOTE_ASSIST_SMBIOS_H

#include <stddef.h>
#include <stdint.h>

struct machine {
  char serial_number[256]; /* printable ASCII; empty where none is set */
  char uuid[37]; /* as it is written, in lower case; empty where none is set */
};

/**
 * @param table the structures, without what comes before them
 * @param major, minor SMBIOS's version: from 2.6 on the first three fields of the UUID have their lowest byte first
 */
void smbios_read(const uint8_t *table, size_t length, int major, int minor, struct machine *machine);

#endif
