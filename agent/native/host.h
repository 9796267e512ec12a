/**
 * remote-assist-host.exe: what the agent needs of Windows and Node cannot do. It is the service that runs the agent, and a
 * helper that the agent starts for one answer at a time: a line of JSON on its output and 0, or words on its error output
 * and 1; 2 for a command line that it does not understand.
 */
#ifndef REMOTE_ASSIST_HOST_H
#define REMOTE_ASSIST_HOST_H

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "options.h"
#include "text.h"

#define SERVICE_NAME L"remote-assist-agent"
#define AGENT_PROGRAM L"remote-assist-agent.exe"
/** What the boxes are called. */
#define TITLE L"Remote assistance"

/** Windows' units are `wchar_t`, ours `uint16_t`: the same 16 bits. */
static inline const uint16_t *units(const wchar_t *text) { return (const uint16_t *)text; }
static inline wchar_t *wide_text(struct wide *wide) { return (wchar_t *)wide->units; }

/** Says what failed, with Windows' number and words for it. @returns 1, the exit code */
int failed(const char *what, DWORD error);
/** Says what is wrong with the command line. @returns 2, the exit code */
int misused(const char *why);
/** Prints the answer, and its line end, and frees it. @returns 0, the exit code */
int answered(struct text *json);
/** @returns whether `words` gave this option */
const wchar_t *option_value(const struct option *options, const char *name);

/** A path below the folder that this program lies in. */
void own_path(const wchar_t *name, struct wide *path);
/** `%ProgramData%\remote-assist`, where the agent keeps its state unless it is told otherwise. */
void state_path(const wchar_t *below, struct wide *path);
/** Fills `bytes` from the system's generator, and ends the process where that fails. */
void random_bytes(void *bytes, size_t count);
/** Adds `bytes` in hexadecimal. */
void text_hex(struct text *text, const void *bytes, size_t count);

/* facts.c */
int command_boot(int count, wchar_t **words);
int command_machine(int count, wchar_t **words);
int command_process(int count, wchar_t **words);

/* sessions.c */
int command_message(int count, wchar_t **words);
int command_ask(int count, wchar_t **words);

/* launch.c */
int command_open_link(int count, wchar_t **words);
int command_open_window(int count, wchar_t **words);

/* directory.c */
int command_directory(int count, wchar_t **words);
int command_make_directory(int count, wchar_t **words);
/** Whether it is the system, the administrators, or the account that this process runs as. */
int is_trusted(PSID sid);

/* pipe.c */
int command_open_pipe(int count, wchar_t **words);
int command_call_pipe(int count, wchar_t **words);

/** Somebody's session. */
struct session {
  DWORD id;
  int away; /* has left the screen to somebody else */
  wchar_t *user; /* as `WTSFreeMemory` frees it */
  wchar_t *domain;
};
/**
 * The sessions in use of an account, or of all.
 * @param user a name, or a domain and a name; NULL for everybody
 * @param away also those who have left the screen to somebody else
 * @returns how many; the caller frees them
 */
size_t sessions_of(const wchar_t *user, int away, struct session **sessions, DWORD *error);
void sessions_free(struct session *sessions, size_t count);

/** Says in service.log what the service does. */
void service_log(const char *format, ...) __attribute__((format(gnu_printf, 1, 2)));
/** The log, for the agent's own output; rotated first. INVALID_HANDLE_VALUE where it cannot be opened. */
HANDLE service_log_handle(void);
/** Says in Windows' event log what must be seen where there is no other. */
void event_log(WORD type, const wchar_t *message);

/* service.c */
int command_service(int count, wchar_t **words);
/* provision.c */
int command_provision(int count, wchar_t **words);
int command_purge(int count, wchar_t **words);

/**
 * Sees to it that a directory is there, and that only the system and the administrators own it and may change it. One
 * that somebody else made is moved aside, and what was in it is not used.
 * @returns 0, or Windows' number for what failed
 */
DWORD directory_ensure(const wchar_t *path);

#endif
