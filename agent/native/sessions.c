/** The people at this PC: who has a session with a screen in use, and what they are shown and asked there. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <wtsapi32.h>

enum { LONGEST_MESSAGE = 32 * 1024, SHOWN_FOR_SECONDS = 600 };

static wchar_t *session_name(DWORD session, WTS_INFO_CLASS what) {
  wchar_t *name = NULL;
  DWORD bytes = 0;
  return WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, session, what, &name, &bytes) ? name : NULL;
}

/** Whether an account is meant by `NAME` or `DOMAIN\NAME`; Windows tells no capitals apart in either. */
static int is_account(const struct session *session, const wchar_t *wanted) {
  const wchar_t *slash = wcschr(wanted, L'\\');
  if (slash == NULL) return _wcsicmp(session->user, wanted) == 0;
  size_t length = (size_t)(slash - wanted);
  return _wcsicmp(session->user, slash + 1) == 0 && session->domain != NULL && wcslen(session->domain) == length &&
         _wcsnicmp(session->domain, wanted, length) == 0;
}

size_t sessions_of(const wchar_t *user, int away, struct session **sessions, DWORD *error) {
  WTS_SESSION_INFOW *found = NULL;
  DWORD count = 0;
  *sessions = NULL;
  *error = ERROR_SUCCESS;
  if (!WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, &found, &count)) {
    *error = GetLastError();
    return 0;
  }
  *sessions = calloc(count + 1, sizeof **sessions);
  size_t kept = 0;
  for (DWORD i = 0; *sessions != NULL && i < count; i++) {
    /* Not those of services or of nobody. */
    if (found[i].State != WTSActive && !(away && found[i].State == WTSDisconnected)) continue;
    int is_away = found[i].State == WTSDisconnected;
    struct session session = {found[i].SessionId, is_away, session_name(found[i].SessionId, WTSUserName), NULL};
    session.domain = session_name(session.id, WTSDomainName);
    int somebody = session.user != NULL && session.user[0] != L'\0';
    if (somebody && (user == NULL || is_account(&session, user))) {
      (*sessions)[kept++] = session;
    } else {
      WTSFreeMemory(session.user);
      WTSFreeMemory(session.domain);
    }
  }
  WTSFreeMemory(found);
  return kept;
}

void sessions_free(struct session *sessions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    WTSFreeMemory(sessions[i].user);
    WTSFreeMemory(sessions[i].domain);
  }
  free(sessions);
}

/** The input, UTF-8, as Windows has text; ends with a zero. @returns NULL where there is none, or too much */
static wchar_t *read_message(void) {
  static char utf8[LONGEST_MESSAGE + 1];
  size_t length = fread(utf8, 1, sizeof utf8, stdin);
  if (length == 0 || length == sizeof utf8) return NULL;
  int count = MultiByteToWideChar(CP_UTF8, 0, utf8, (int)length, NULL, 0);
  wchar_t *message = calloc((size_t)count + 1, sizeof *message);
  if (message != NULL) MultiByteToWideChar(CP_UTF8, 0, utf8, (int)length, message, count);
  return message;
}

static DWORD bytes_of(const wchar_t *text) { return (DWORD)(wcslen(text) * sizeof *text); }

static BOOL show(DWORD session, wchar_t *message, DWORD style, DWORD seconds, DWORD *button, BOOL wait) {
  wchar_t title[] = TITLE;
  DWORD bytes = bytes_of(message);
  return WTSSendMessageW(WTS_CURRENT_SERVER_HANDLE, session, title, bytes_of(title), message, bytes, style, seconds,
                         button, wait);
}

static int answered_shown(size_t shown, const char *answer) {
  struct text json = {0};
  text_add(&json, "{");
  json_name(&json, "shown");
  json_number(&json, shown);
  if (answer != NULL) {
    json_name(&json, "answer");
    json_ascii(&json, answer);
  }
  text_add(&json, "}");
  return answered(&json);
}

int command_message(int count, wchar_t **words) {
  (void)words;
  if (count > 0) return misused("it takes no options");
  wchar_t *message = read_message();
  if (message == NULL) return misused("the message is missing, or longer than 32 KB");
  struct session *sessions;
  DWORD error;
  /* Who left the screen to somebody else has unsaved work too, and sees it when they come back. */
  size_t people = sessions_of(NULL, 1, &sessions, &error);
  size_t shown = 0;
  for (size_t i = 0; i < people; i++) {
    DWORD button;
    DWORD style = MB_OK | MB_ICONINFORMATION | MB_TOPMOST;
    if (show(sessions[i].id, message, style, SHOWN_FOR_SECONDS, &button, FALSE)) shown++;
    else error = GetLastError();
  }
  sessions_free(sessions, people);
  free(message);
  if (shown == 0 && error != ERROR_SUCCESS) return failed("the message", error);
  return answered_shown(shown, NULL);
}

/** What is asked in one session, and what came of it. */
struct asking {
  DWORD session;
  wchar_t *message;
  DWORD style;
  DWORD seconds;
  BOOL shown;
  DWORD button;
  DWORD error;
};

static DWORD WINAPI ask_in_session(void *argument) {
  struct asking *asking = argument;
  asking->shown = show(asking->session, asking->message, asking->style, asking->seconds, &asking->button, TRUE);
  asking->error = asking->shown ? ERROR_SUCCESS : GetLastError();
  return 0;
}

static const char *name_of(DWORD button) {
  if (button == IDYES) return "yes";
  if (button == IDNO) return "no";
  return button == IDCANCEL ? "cancel" : "none";
}

static int is_word_of(const char *word, const wchar_t *list) {
  size_t length = strlen(word);
  for (const wchar_t *at = list; *at != L'\0';) {
    size_t part = wcscspn(at, L",");
    size_t i = 0;
    while (i < part && i < length && at[i] == (wchar_t)word[i]) i++;
    if (i == part && i == length) return 1;
    at += part + (at[part] == L',');
  }
  return 0;
}

/**
 * Asks in all sessions at once. The first decisive button ends it for all; the boxes of the others close when their time is
 * up, and what is pressed there then is no answer.
 * @returns the exit code
 */
static int ask_all(struct asking *asking, size_t people, const wchar_t *decisive) {
  HANDLE threads[MAXIMUM_WAIT_OBJECTS];
  struct asking *of[MAXIMUM_WAIT_OBJECTS];
  DWORD waiting = 0;
  for (size_t i = 0; i < people && waiting < MAXIMUM_WAIT_OBJECTS; i++) {
    of[waiting] = &asking[i];
    threads[waiting] = CreateThread(NULL, 0, ask_in_session, &asking[i], 0, NULL);
    if (threads[waiting] != NULL) waiting++;
  }
  size_t shown = waiting;
  const char *answer = "none";
  DWORD error = ERROR_SUCCESS;
  while (waiting > 0) {
    DWORD ended = WaitForMultipleObjects(waiting, threads, FALSE, INFINITE) - WAIT_OBJECT_0;
    if (ended >= waiting) return failed("the question", GetLastError());
    struct asking *one = of[ended];
    waiting--;
    threads[ended] = threads[waiting];
    of[ended] = of[waiting];
    if (!one->shown) {
      error = one->error;
      shown--;
      continue;
    }
    if (one->button != IDTIMEOUT) answer = name_of(one->button);
    if (is_word_of(name_of(one->button), decisive)) break;
  }
  if (shown == 0 && error != ERROR_SUCCESS) return failed("the question", error);
  return answered_shown(shown, answer);
}

int command_ask(int count, wchar_t **words) {
  struct option options[] = {
      {"buttons", NULL, 1}, {"seconds", NULL, 1}, {"decisive", NULL, 1}, {"user", NULL, 0}, {NULL, NULL, 0}};
  const char *wrong = options_parse(count, (uint16_t *const *)words, options, NULL);
  if (wrong != NULL) return misused(wrong);
  uint32_t seconds;
  /* What Enter presses changes nothing: somebody may be typing when it comes up. */
  DWORD style = MB_ICONWARNING | MB_TOPMOST | MB_SETFOREGROUND;
  if (units_equal(options[0].value, "yesNo")) style |= MB_YESNO | MB_DEFBUTTON2;
  else if (units_equal(options[0].value, "yesNoCancel")) style |= MB_YESNOCANCEL | MB_DEFBUTTON3;
  else return misused("--buttons is yesNo or yesNoCancel");
  if (!number_parse(options[1].value, 7 * 24 * 3600, &seconds) || seconds == 0) return misused("--seconds is no number");
  wchar_t *message = read_message();
  if (message == NULL) return misused("the question is missing, or longer than 32 KB");
  struct session *sessions;
  DWORD error;
  const wchar_t *user = option_value(options, "user");
  size_t people = sessions_of(user, user == NULL, &sessions, &error);
  if (error != ERROR_SUCCESS) return failed("the sessions of this PC", error);
  struct asking *asking = calloc(people + 1, sizeof *asking);
  if (asking == NULL) return failed("the question", ERROR_NOT_ENOUGH_MEMORY);
  size_t asked = 0;
  for (size_t i = 0; i < people; i++) {
    DWORD button;
    /* Who is away is told, and asked nothing: nobody waits for them. */
    if (sessions[i].away) show(sessions[i].id, message, MB_OK | MB_ICONWARNING, SHOWN_FOR_SECONDS, &button, FALSE);
    else asking[asked++] = (struct asking){sessions[i].id, message, style, seconds, FALSE, 0, ERROR_SUCCESS};
  }
  sessions_free(sessions, people);
  if (asked == 0) return answered_shown(0, "none");
  /* The threads that still wait end with the process. */
  return ask_all(asking, asked, option_value(options, "decisive"));
}
