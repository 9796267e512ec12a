/**
 * Which boot, which machine, which process: from things that no regional setting, no set clock, no policy and no broken WMI
 * changes.
 */
#include "host.h"
#include "smbios.h"

#include <stdio.h>
#include <stdlib.h>

/** In every process; `BootId` since Windows 10, one more with each start of the kernel (ntddk.h, KUSER_SHARED_DATA). */
static uint32_t kernel_boot_id(void) { return *(const volatile uint32_t *)(uintptr_t)(0x7FFE0000u + 0x2C4u); }

/**
 * A volatile key lives in memory alone, so that it is gone after a restart and cannot be copied with a disk. Whoever is first
 * in a boot writes a random number there. The kernel's number alone would be the same on copies of an image.
 */
#define BOOT_KEY L"SOFTWARE\\remote-assist-boot"
enum { MARK_BYTES = 16, MARK_LENGTH = 2 * MARK_BYTES + 1 };

static LSTATUS read_mark(wchar_t mark[MARK_LENGTH]) {
  DWORD bytes = MARK_LENGTH * sizeof *mark;
  DWORD flags = RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY;
  return RegGetValueW(HKEY_LOCAL_MACHINE, BOOT_KEY, L"Mark", flags, NULL, mark, &bytes);
}

/** Only one process makes the key, and it alone writes the mark. @returns ERROR_ALREADY_EXISTS for the others */
static LSTATUS make_mark(wchar_t mark[MARK_LENGTH]) {
  unsigned char random[MARK_BYTES];
  random_bytes(random, sizeof random);
  for (int i = 0; i < MARK_BYTES; i++) swprintf(mark + 2 * i, 3, L"%02x", random[i]);
  HKEY key;
  REGSAM access = KEY_READ | KEY_WRITE | KEY_WOW64_64KEY;
  DWORD made;
  LSTATUS status =
      RegCreateKeyExW(HKEY_LOCAL_MACHINE, BOOT_KEY, 0, NULL, REG_OPTION_VOLATILE, access, NULL, &key, &made);
  if (status != ERROR_SUCCESS) return status;
  if (made != REG_CREATED_NEW_KEY) {
    status = ERROR_ALREADY_EXISTS;
  } else {
    DWORD bytes = MARK_LENGTH * sizeof *mark;
    status = RegSetValueExW(key, L"Mark", 0, REG_SZ, (const BYTE *)mark, bytes);
    /* Without a mark the key would keep others from making one. */
    if (status != ERROR_SUCCESS) RegDeleteKeyExW(HKEY_LOCAL_MACHINE, BOOT_KEY, KEY_WOW64_64KEY, 0);
  }
  RegCloseKey(key);
  return status;
}

static LSTATUS boot_mark(wchar_t mark[MARK_LENGTH]) {
  enum { LOOKS = 100, PAUSE_MS = 20 };
  LSTATUS status = read_mark(mark);
  for (int look = 0; look < LOOKS && status == ERROR_FILE_NOT_FOUND; look++) {
    status = make_mark(mark);
    if (status != ERROR_ALREADY_EXISTS) return status;
    /* Somebody else has made the key, and is about to write. */
    Sleep(PAUSE_MS);
    status = read_mark(mark);
  }
  if (status != ERROR_FILE_NOT_FOUND) return status;
  /* Whoever made it died before it wrote. */
  RegDeleteKeyExW(HKEY_LOCAL_MACHINE, BOOT_KEY, KEY_WOW64_64KEY, 0);
  return make_mark(mark);
}

/** As ISO 8601 has it. */
static void add_time(struct text *json, uint64_t hundred_ns) {
  FILETIME file = {(DWORD)hundred_ns, (DWORD)(hundred_ns >> 32)};
  SYSTEMTIME t;
  char iso[32] = "";
  if (FileTimeToSystemTime(&file, &t)) {
    snprintf(iso, sizeof iso, "%04u-%02u-%02uT%02u:%02u:%02uZ", t.wYear, t.wMonth, t.wDay, t.wHour, t.wMinute, t.wSecond);
  }
  json_ascii(json, iso);
}

static uint64_t number_of(FILETIME time) { return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime; }

int command_boot(int count, wchar_t **words) {
  (void)words;
  if (count > 0) return misused("it takes no options");
  wchar_t mark[MARK_LENGTH];
  LSTATUS status = boot_mark(mark);
  if (status != ERROR_SUCCESS) return failed("the mark of this boot", (DWORD)status);
  char id[16 + MARK_LENGTH];
  snprintf(id, sizeof id, "%08lx-%ls", (unsigned long)kernel_boot_id(), mark);
  FILETIME now;
  GetSystemTimeAsFileTime(&now);
  /* It counts sleep and hibernation: without them, a PC that slept would seem to have been restarted. */
  uint64_t up_ms = GetTickCount64();
  struct text json = {0};
  text_add(&json, "{");
  json_name(&json, "bootId");
  json_ascii(&json, id);
  json_name(&json, "bootedAt");
  add_time(&json, number_of(now) - up_ms * 10000);
  json_name(&json, "uptimeMs");
  json_number(&json, up_ms);
  text_add(&json, "}");
  return answered(&json);
}

/** Zeroed where the firmware tells nothing. */
static void read_machine(struct machine *machine) {
  static const DWORD RAW_SMBIOS = 'R' << 24 | 'S' << 16 | 'M' << 8 | 'B';
  /* Before the structures: how it was called, the version's two numbers, a revision, the length in four bytes. */
  enum { HEADER = 8 };
  memset(machine, 0, sizeof *machine);
  UINT size = GetSystemFirmwareTable(RAW_SMBIOS, 0, NULL, 0);
  if (size <= HEADER) return;
  uint8_t *table = malloc(size);
  if (table == NULL) return;
  UINT read = GetSystemFirmwareTable(RAW_SMBIOS, 0, table, size);
  if (read > HEADER && read <= size) smbios_read(table + HEADER, read - HEADER, table[1], table[2], machine);
  free(table);
}

int command_machine(int count, wchar_t **words) {
  (void)words;
  if (count > 0) return misused("it takes no options");
  struct machine machine;
  read_machine(&machine);
  wchar_t guid[64] = L"";
  DWORD bytes = sizeof guid;
  DWORD flags = RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY;
  /* Made when Windows is installed, and anew by sysprep. */
  RegGetValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Cryptography", L"MachineGuid", flags, NULL, guid, &bytes);
  struct text json = {0};
  text_add(&json, "{");
  json_name(&json, "serialNumber");
  json_ascii(&json, machine.serial_number[0] ? machine.serial_number : NULL);
  json_name(&json, "systemUuid");
  json_ascii(&json, machine.uuid[0] ? machine.uuid : NULL);
  json_name(&json, "machineGuid");
  json_utf16(&json, guid[0] ? units(guid) : NULL);
  text_add(&json, "}");
  return answered(&json);
}

/**
 * When it was started, as the kernel noted it: a number that is not told anew when the clock or the time of year changes.
 * @returns 0 where no such process runs
 */
static DWORD started_at(DWORD pid, uint64_t *started) {
  HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, pid);
  *started = 0;
  if (process == NULL) return GetLastError() == ERROR_INVALID_PARAMETER ? ERROR_SUCCESS : GetLastError();
  FILETIME start, unused;
  DWORD error = ERROR_SUCCESS;
  if (!GetProcessTimes(process, &start, &unused, &unused, &unused)) error = GetLastError();
  /* One that has ended stays for as long as somebody holds on to it. */
  else if (WaitForSingleObject(process, 0) != WAIT_OBJECT_0) *started = number_of(start);
  CloseHandle(process);
  return error;
}

int command_process(int count, wchar_t **words) {
  struct option options[] = {{"pid", NULL, 1}, {NULL, NULL, 0}};
  const char *wrong = options_parse(count, (uint16_t *const *)words, options, NULL);
  uint32_t pid;
  if (wrong == NULL && !number_parse(options[0].value, 0xFFFFFFFFu, &pid)) wrong = "--pid is no number";
  if (wrong != NULL) return misused(wrong);
  uint64_t started;
  DWORD error = started_at(pid, &started);
  if (error != ERROR_SUCCESS) return failed("the process", error);
  char identity[48];
  snprintf(identity, sizeof identity, "%08lx-%016llx", (unsigned long)kernel_boot_id(), (unsigned long long)started);
  struct text json = {0};
  text_add(&json, "{");
  json_name(&json, "identity");
  json_ascii(&json, started != 0 ? identity : NULL);
  text_add(&json, "}");
  return answered(&json);
}
