/** What the service says, and where it says it. The agent has a log of its own. */
#include "host.h"

#include <stdarg.h>
#include <stdio.h>

enum { MOST_BYTES = 1024 * 1024, LONGEST_LINE = 1024 };

static HANDLE open_log(void) {
  struct wide folder = {0}, path = {0}, old = {0};
  state_path(L"\\logs", &folder);
  state_path(L"\\logs\\service.log", &path);
  state_path(L"\\logs\\service.log.1", &old);
  CreateDirectoryW(wide_text(&folder), NULL);
  WIN32_FILE_ATTRIBUTE_DATA data;
  if (GetFileAttributesExW(wide_text(&path), GetFileExInfoStandard, &data) && data.nFileSizeLow > MOST_BYTES) {
    MoveFileExW(wide_text(&path), wide_text(&old), MOVEFILE_REPLACE_EXISTING);
  }
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  HANDLE log = CreateFileW(wide_text(&path), FILE_APPEND_DATA | SYNCHRONIZE, share, &inherited, OPEN_ALWAYS,
                           FILE_ATTRIBUTE_NORMAL, NULL);
  wide_free(&folder);
  wide_free(&path);
  wide_free(&old);
  return log;
}

HANDLE service_log_handle(void) { return open_log(); }

void service_log(const char *format, ...) {
  char line[LONGEST_LINE];
  SYSTEMTIME t;
  GetSystemTime(&t);
  int length = snprintf(line, sizeof line, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ ", t.wYear, t.wMonth, t.wDay, t.wHour,
                        t.wMinute, t.wSecond, t.wMilliseconds);
  va_list arguments;
  va_start(arguments, format);
  int said = vsnprintf(line + length, sizeof line - (size_t)length - 2, format, arguments);
  va_end(arguments);
  if (said > 0) length += said < (int)sizeof line - length - 2 ? said : (int)sizeof line - length - 3;
  line[length++] = '\r';
  line[length++] = '\n';
  /* Opened for each line: there are few, and the file can be moved away or deleted in between. */
  HANDLE log = open_log();
  if (log == INVALID_HANDLE_VALUE) return;
  DWORD written;
  WriteFile(log, line, (DWORD)length, &written, NULL);
  CloseHandle(log);
}

void event_log(WORD type, const wchar_t *message) {
  HANDLE source = RegisterEventSourceW(NULL, SERVICE_NAME);
  if (source == NULL) return;
  ReportEventW(source, type, 0, 1, NULL, 1, 0, &message, NULL);
  DeregisterEventSource(source);
}
