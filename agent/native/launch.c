/**
 * Starts something on the person's own screen, as the person: the service's own session has no screen that anybody sees.
 * Only two things: the agent's window, and the link to a session, with what the person uses for such links.
 */
#include "host.h"

#include <stdio.h>
#include <userenv.h>
#include <wtsapi32.h>

/** As the person, on their desktop, and not in the agent's job, with which it would end. */
static DWORD start_in(DWORD session, const wchar_t *program, wchar_t *line) {
  HANDLE token;
  if (!WTSQueryUserToken(session, &token)) return GetLastError();
  void *environment = NULL;
  DWORD error = ERROR_SUCCESS;
  if (!CreateEnvironmentBlock(&environment, token, FALSE)) error = GetLastError();
  if (error == ERROR_SUCCESS) {
    wchar_t desktop[] = L"winsta0\\default";
    STARTUPINFOW startup = {.cb = sizeof startup, .lpDesktop = desktop};
    PROCESS_INFORMATION process;
    DWORD flags = CREATE_UNICODE_ENVIRONMENT | CREATE_BREAKAWAY_FROM_JOB | CREATE_NO_WINDOW;
    if (CreateProcessAsUserW(token, program, line, NULL, NULL, FALSE, flags, environment, NULL, &startup, &process)) {
      CloseHandle(process.hThread);
      CloseHandle(process.hProcess);
    } else {
      error = GetLastError();
    }
  }
  if (environment != NULL) DestroyEnvironmentBlock(environment);
  CloseHandle(token);
  return error;
}

static int answered_started(size_t started) {
  struct text json = {0};
  text_add(&json, "{");
  json_name(&json, "started");
  json_number(&json, started);
  text_add(&json, "}");
  return answered(&json);
}

/** @param only whether it may be one session alone: what is for one person is opened on nobody else's screen */
static int start_for(const wchar_t *user, int only, const wchar_t *program, const struct wide *line) {
  struct session *sessions;
  DWORD error;
  size_t people = sessions_of(user, 0, &sessions, &error);
  size_t started = 0;
  for (size_t i = 0; i < people && !(only && user == NULL && people > 1); i++) {
    /* CreateProcess may change the line that it is given. */
    struct wide own = {0};
    wide_add(&own, line->units);
    DWORD failure = start_in(sessions[i].id, program, wide_text(&own));
    wide_free(&own);
    if (failure == ERROR_SUCCESS) started++;
    else error = failure;
    if (only && started > 0) break;
  }
  sessions_free(sessions, people);
  if (started == 0 && error != ERROR_SUCCESS) return failed("the person's session", error);
  return answered_started(started);
}

/** The two kinds of link that a session has; nothing that could be anything but an address. */
static int is_link(const wchar_t *link) {
  if (wcsncmp(link, L"https://", 8) != 0 && wcsncmp(link, L"rustdesk://", 11) != 0) return 0;
  if (wcslen(link) > 2000) return 0;
  for (; *link != L'\0'; link++) {
    if (*link <= L' ' || *link >= 0x7F || *link == L'"') return 0;
  }
  return 1;
}

int command_open_link(int count, wchar_t **words) {
  struct option options[] = {{"link", NULL, 1}, {"user", NULL, 0}, {NULL, NULL, 0}};
  const char *wrong = options_parse(count, (uint16_t *const *)words, options, NULL);
  if (wrong == NULL && !is_link(option_value(options, "link"))) wrong = "--link is no https: or rustdesk: address";
  if (wrong != NULL) return misused(wrong);
  wchar_t system[MAX_PATH];
  UINT length = GetSystemDirectoryW(system, MAX_PATH);
  if (length == 0 || length >= MAX_PATH) return failed("the system's folder", GetLastError());
  struct wide program = {0}, line = {0};
  wide_add(&program, units(system));
  wide_add(&program, units(L"\\rundll32.exe"));
  /* Not the shell, for which `&` in a link would begin another command. */
  wide_argument(&line, program.units);
  wide_add(&line, units(L" url.dll,FileProtocolHandler "));
  wide_add(&line, units(option_value(options, "link")));
  int code = start_for(option_value(options, "user"), 1, wide_text(&program), &line);
  wide_free(&program);
  wide_free(&line);
  return code;
}

int command_open_window(int count, wchar_t **words) {
  struct option options[] = {{"user", NULL, 0}, {NULL, NULL, 0}};
  const char *wrong = options_parse(count, (uint16_t *const *)words, options, NULL);
  if (wrong != NULL) return misused(wrong);
  struct wide program = {0}, line = {0};
  own_path(AGENT_PROGRAM, &program);
  wide_argument(&line, program.units);
  wide_argument(&line, units(L"window"));
  int code = start_for(option_value(options, "user"), 0, wide_text(&program), &line);
  wide_free(&program);
  wide_free(&line);
  return code;
}
