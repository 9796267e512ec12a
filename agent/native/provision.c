/**
 * What the installer has done as SYSTEM: makes the agent's directory, puts the file there by which the agent enrols itself,
 * and takes all of it away again when that is asked for. It enrols nothing itself, so that an installation that is rolled
 * back leaves no device behind.
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>

enum { LONGEST_FILE = 64 * 1024 };

/** Says why, where an administrator looks after a silent installation. @returns 1 */
static int failed_visibly(const wchar_t *what, DWORD error) {
  wchar_t message[512];
  swprintf(message, 512, L"Installing the agent: %ls (Windows' error %lu).", what, error);
  event_log(EVENTLOG_ERROR_TYPE, message);
  return failed("provision", error);
}

/** @returns NULL, with the reason in `error` */
static char *read_file(const wchar_t *path, DWORD *length, DWORD *error) {
  HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
  *error = GetLastError();
  if (file == INVALID_HANDLE_VALUE) return NULL;
  char *content = malloc(LONGEST_FILE + 1);
  *error = ERROR_NOT_ENOUGH_MEMORY;
  if (content != NULL) {
    *error = ReadFile(file, content, LONGEST_FILE + 1, length, NULL) ? ERROR_SUCCESS : GetLastError();
    if (*error == ERROR_SUCCESS && *length > LONGEST_FILE) *error = ERROR_FILE_TOO_LARGE;
  }
  CloseHandle(file);
  if (*error == ERROR_SUCCESS) return content;
  free(content);
  return NULL;
}

/** Whole or not at all. */
static DWORD write_file(const wchar_t *path, const char *content, DWORD length) {
  struct wide prepared = {0};
  wide_add(&prepared, units(path));
  wide_add(&prepared, units(L".new"));
  HANDLE file =
      CreateFileW(wide_text(&prepared), GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
  DWORD error = ERROR_SUCCESS;
  if (file == INVALID_HANDLE_VALUE) {
    error = GetLastError();
  } else {
    DWORD written;
    if (!WriteFile(file, content, length, &written, NULL) || !FlushFileBuffers(file)) error = GetLastError();
    CloseHandle(file);
    if (error == ERROR_SUCCESS && !MoveFileExW(wide_text(&prepared), path, MOVEFILE_REPLACE_EXISTING)) {
      error = GetLastError();
    }
    if (error != ERROR_SUCCESS) DeleteFileW(wide_text(&prepared));
  }
  wide_free(&prepared);
  return error;
}

static int exists(const wchar_t *name) {
  struct wide path = {0};
  state_path(name, &path);
  int found = GetFileAttributesW(wide_text(&path)) != INVALID_FILE_ATTRIBUTES;
  wide_free(&path);
  return found;
}

static int given(const wchar_t *value) { return value != NULL && value[0] != L'\0'; }

int command_provision(int count, wchar_t **words) {
  struct option options[] = {{"from", NULL, 0}, {"api", NULL, 0}, {"token", NULL, 0}, {NULL, NULL, 0}};
  const char *wrong = options_parse(count, (uint16_t *const *)words, options, NULL);
  const wchar_t *from = option_value(options, "from");
  const wchar_t *api = option_value(options, "api");
  const wchar_t *token = option_value(options, "token");
  /* An installer passes what it was not given as nothing. */
  if (wrong == NULL && given(from) && (given(api) || given(token))) wrong = "--from goes without --api and --token";
  if (wrong == NULL && given(api) != given(token)) wrong = "--api and --token go together";
  if (wrong != NULL) return misused(wrong);

  struct wide path = {0};
  state_path(L"", &path);
  DWORD error = directory_ensure(wide_text(&path));
  wide_free(&path);
  if (error != ERROR_SUCCESS) return failed_visibly(L"its directory in ProgramData cannot be used", error);
  /* Of a PC that is enrolled, which is being upgraded, a token would only lie about. */
  if ((!given(from) && !given(api)) || exists(L"\\device.json")) return 0;

  struct text content = {0};
  if (given(from)) {
    DWORD length = 0;
    char *file = read_file(from, &length, &error);
    if (file == NULL) return failed_visibly(L"the file that PROVISION names cannot be read", error);
    file[length] = '\0';
    text_add(&content, file);
    free(file);
  } else {
    text_add(&content, "{");
    json_name(&content, "api");
    json_utf16(&content, units(api));
    json_name(&content, "enrollmentToken");
    json_utf16(&content, units(token));
    text_add(&content, "}\n");
  }
  state_path(L"\\provision.json", &path);
  error = write_file(wide_text(&path), content.bytes == NULL ? "" : content.bytes, (DWORD)content.length);
  wide_free(&path);
  text_free(&content);
  if (error != ERROR_SUCCESS) return failed_visibly(L"provision.json cannot be written", error);
  return 0;
}

/** A link is removed, and never followed. @returns the first error, and goes on */
static DWORD remove_all(const wchar_t *folder) {
  struct wide pattern = {0};
  wide_add(&pattern, units(folder));
  wide_add(&pattern, units(L"\\*"));
  WIN32_FIND_DATAW found;
  HANDLE search = FindFirstFileW(wide_text(&pattern), &found);
  wide_free(&pattern);
  if (search == INVALID_HANDLE_VALUE) return GetLastError();
  DWORD first = ERROR_SUCCESS;
  do {
    if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0) continue;
    struct wide path = {0};
    wide_add(&path, units(folder));
    wide_add(&path, units(L"\\"));
    wide_add(&path, units(found.cFileName));
    int is_folder = (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    int is_link = (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
    SetFileAttributesW(wide_text(&path), FILE_ATTRIBUTE_NORMAL);
    DWORD error = is_folder && !is_link ? remove_all(wide_text(&path)) : ERROR_SUCCESS;
    BOOL gone = is_folder ? RemoveDirectoryW(wide_text(&path)) : DeleteFileW(wide_text(&path));
    if (error == ERROR_SUCCESS && !gone) error = GetLastError();
    if (first == ERROR_SUCCESS) first = error;
    wide_free(&path);
  } while (FindNextFileW(search, &found));
  FindClose(search);
  return first;
}

int command_purge(int count, wchar_t **words) {
  (void)words;
  if (count > 0) return misused("it takes no options");
  struct wide path = {0};
  state_path(L"", &path);
  /* Of a folder that is not ours nothing is removed. */
  DWORD error = exists(L"") ? directory_ensure(wide_text(&path)) : ERROR_FILE_NOT_FOUND;
  if (error == ERROR_SUCCESS) {
    error = remove_all(wide_text(&path));
    if (!RemoveDirectoryW(wide_text(&path)) && error == ERROR_SUCCESS) error = GetLastError();
  }
  wide_free(&path);
  if (error == ERROR_SUCCESS || error == ERROR_FILE_NOT_FOUND) return 0;
  return failed_visibly(L"what the device knows could not be removed", error);
}
