/**
 * The agent's local pipe. Node lets others connect to one only by letting them do everything with it, and writing in Windows'
 * broadest sense is also the right to make a further instance of it, and so to take the agent's callers. Here the list is
 * set that lets them connect and no more, and calls are made with no more than that.
 */
#include "host.h"

#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>

/** For accounts of this PC: to read, to write, and to see whose it is; not `FILE_APPEND_DATA`, which is to make an instance. */
#define CALLER_RIGHTS (FILE_READ_DATA | FILE_WRITE_DATA | FILE_READ_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE)
/** Nobody over the network; the system, the administrators and whoever owns it everything; all others what callers need. */
#define LIST L"D:P(D;;FA;;;NU)(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;S-1-3-4)(A;;0x120083;;;AU)"
_Static_assert(CALLER_RIGHTS == 0x120083, "the list gives callers their rights");

enum { LONGEST_LINE = 64 * 1024, LONGEST_REPLY = 256 * 1024, WAIT_MS = 2000, TRIES = 10 };

/** Others may be connecting just now, so that no instance is free for a moment. */
static HANDLE open_existing(const wchar_t *path, DWORD access) {
  /* Whoever listens there learns who calls, and cannot act as them. */
  DWORD flags = SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION;
  HANDLE pipe = INVALID_HANDLE_VALUE;
  for (int attempt = 0; attempt < TRIES; attempt++) {
    pipe = CreateFileW(path, access, 0, NULL, OPEN_EXISTING, flags, NULL);
    if (pipe != INVALID_HANDLE_VALUE || GetLastError() != ERROR_PIPE_BUSY) return pipe;
    WaitNamedPipeW(path, WAIT_MS);
  }
  return pipe;
}

int command_open_pipe(int count, wchar_t **words) {
  struct option options[] = {{"path", NULL, 1}, {NULL, NULL, 0}};
  const char *wrong = options_parse(count, (uint16_t *const *)words, options, NULL);
  if (wrong != NULL) return misused(wrong);
  PSECURITY_DESCRIPTOR security = NULL;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(LIST, SDDL_REVISION_1, &security, NULL)) {
    return failed("the list of the pipe", GetLastError());
  }
  PACL list;
  BOOL present, defaulted;
  DWORD error = ERROR_INVALID_ACL;
  HANDLE pipe = open_existing(option_value(options, "path"), READ_CONTROL | WRITE_DAC);
  if (pipe == INVALID_HANDLE_VALUE) {
    error = GetLastError();
  } else if (GetSecurityDescriptorDacl(security, &present, &list, &defaulted) && present) {
    SECURITY_INFORMATION what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
    error = SetSecurityInfo(pipe, SE_KERNEL_OBJECT, what, NULL, NULL, list, NULL);
  }
  if (pipe != INVALID_HANDLE_VALUE) CloseHandle(pipe);
  LocalFree(security);
  if (error != ERROR_SUCCESS) return failed("the pipe", error);
  struct text json = {0};
  text_add(&json, "{");
  json_name(&json, "opened");
  json_boolean(&json, 1);
  text_add(&json, "}");
  return answered(&json);
}

/** Anybody can make a pipe of that name while no agent runs; only the system's, an administrator's or our own is called. */
static int is_trusted_pipe(HANDLE pipe, DWORD *error) {
  PSID owner;
  PSECURITY_DESCRIPTOR security;
  *error = GetSecurityInfo(pipe, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL, NULL, NULL, &security);
  if (*error != ERROR_SUCCESS) return 0;
  int trusted = is_trusted(owner);
  LocalFree(security);
  if (!trusted) *error = ERROR_INVALID_OWNER;
  return trusted;
}

static DWORD write_all(HANDLE pipe, const char *bytes, size_t length) {
  while (length > 0) {
    DWORD written;
    if (!WriteFile(pipe, bytes, (DWORD)length, &written, NULL)) return GetLastError();
    bytes += written;
    length -= written;
  }
  return ERROR_SUCCESS;
}

/** Passes on what comes until it is hung up on, or the line is over. */
static DWORD pass_on(HANDLE pipe) {
  char bytes[4096];
  DWORD read;
  for (size_t passed = 0; passed < LONGEST_REPLY; passed += read) {
    if (!ReadFile(pipe, bytes, sizeof bytes, &read, NULL)) {
      DWORD error = GetLastError();
      return error == ERROR_BROKEN_PIPE || error == ERROR_PIPE_NOT_CONNECTED ? ERROR_SUCCESS : error;
    }
    if (fwrite(bytes, 1, read, stdout) != read) return ERROR_WRITE_FAULT;
    if (memchr(bytes, '\n', read) != NULL) return ERROR_SUCCESS;
  }
  return ERROR_BUFFER_OVERFLOW;
}

int command_call_pipe(int count, wchar_t **words) {
  struct option options[] = {{"path", NULL, 1}, {NULL, NULL, 0}};
  const char *wrong = options_parse(count, (uint16_t *const *)words, options, NULL);
  if (wrong != NULL) return misused(wrong);
  static char line[LONGEST_LINE + 1];
  size_t length = fread(line, 1, sizeof line, stdin);
  if (length == 0 || length == sizeof line) return misused("the line is missing, or longer than 64 KB");
  HANDLE pipe = open_existing(option_value(options, "path"), CALLER_RIGHTS);
  if (pipe == INVALID_HANDLE_VALUE) return failed("the pipe", GetLastError());
  DWORD error;
  if (is_trusted_pipe(pipe, &error)) error = write_all(pipe, line, length);
  if (error == ERROR_SUCCESS) error = pass_on(pipe);
  CloseHandle(pipe);
  if (error != ERROR_SUCCESS) return failed("the pipe", error);
  return fflush(stdout) == 0 ? 0 : 1;
}
