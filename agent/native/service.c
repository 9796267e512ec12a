/**
 * The Windows service: runs the agent as its child, and runs it again when it ends. To stop, it ends the child's input, upon
 * which the agent finishes what it is doing; one that does not is killed. Whatever becomes of the service, the child goes
 * with it, since both are bound by a job.
 */
#include "host.h"
#include "back_off.h"

#include <stdio.h>
#include <stdlib.h>

/** What the agent has to finish: a call that is under way, a few writes. Windows itself waits so long at a shutdown. */
enum { STOP_WITHIN_MS = 20 * 1000, STATUS_EVERY_MS = 1000 };

static struct {
  SERVICE_STATUS_HANDLE handle;
  SERVICE_STATUS status;
  HANDLE stop;
  /** The agent's command line, made once. */
  struct wide line;
} service;

static void report(DWORD state, DWORD error) {
  service.status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
  service.status.dwCurrentState = state;
  service.status.dwWin32ExitCode = error;
  service.status.dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN : 0;
  int pending = state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
  service.status.dwCheckPoint = pending ? service.status.dwCheckPoint + 1 : 0;
  service.status.dwWaitHint = pending ? 5 * STATUS_EVERY_MS : 0;
  SetServiceStatus(service.handle, &service.status);
}

static DWORD WINAPI control(DWORD code, DWORD type, void *data, void *context) {
  (void)type;
  (void)data;
  (void)context;
  switch (code) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_PRESHUTDOWN:
      report(SERVICE_STOP_PENDING, NO_ERROR);
      SetEvent(service.stop);
      return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
      return NO_ERROR;
    default:
      return ERROR_CALL_NOT_IMPLEMENTED;
  }
}

/** Settings of the service itself, renewed at each start: started again should it crash, and given time at a shutdown. */
static void configure(void) {
  SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
  SC_HANDLE own = manager ? OpenServiceW(manager, SERVICE_NAME, SERVICE_CHANGE_CONFIG | SERVICE_START) : NULL;
  if (own != NULL) {
    SC_ACTION actions[] = {{SC_ACTION_RESTART, 5000}, {SC_ACTION_RESTART, 30000}, {SC_ACTION_RESTART, 60000}};
    SERVICE_FAILURE_ACTIONSW failures = {.dwResetPeriod = 24 * 3600, .cActions = 3, .lpsaActions = actions};
    SERVICE_PRESHUTDOWN_INFO preshutdown = {STOP_WITHIN_MS + 5000};
    ChangeServiceConfig2W(own, SERVICE_CONFIG_FAILURE_ACTIONS, &failures);
    ChangeServiceConfig2W(own, SERVICE_CONFIG_PRESHUTDOWN_INFO, &preshutdown);
    CloseServiceHandle(own);
  }
  if (manager != NULL) CloseServiceHandle(manager);
}

/** What a machine sets for other programs of Node would change the agent, or stop it; a company's certificates are meant for it. */
static void clear_environment(void) {
  wchar_t *all = GetEnvironmentStringsW();
  for (wchar_t *entry = all; entry != NULL && *entry != L'\0'; entry += wcslen(entry) + 1) {
    wchar_t *end = wcschr(entry + 1, L'=');
    if (end == NULL || _wcsnicmp(entry, L"NODE_", 5) != 0 || _wcsnicmp(entry, L"NODE_EXTRA_CA_CERTS=", 20) == 0) continue;
    *end = L'\0';
    SetEnvironmentVariableW(entry, NULL);
    *end = L'=';
  }
  if (all != NULL) FreeEnvironmentStringsW(all);
}

/** Ends all that it holds when its last handle is closed, so also when this process is killed. What the agent opens on the
 * person's screen is not held. */
static HANDLE make_job(void) {
  HANDLE job = CreateJobObjectW(NULL, NULL);
  if (job == NULL) return NULL;
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_BREAKAWAY_OK;
  if (SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits)) return job;
  CloseHandle(job);
  return NULL;
}

struct child {
  HANDLE process;
  HANDLE job;
  /** The end of the child's input that is ours. */
  HANDLE input;
};

static void close_all(HANDLE *handles, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (handles[i] != NULL && handles[i] != INVALID_HANDLE_VALUE) CloseHandle(handles[i]);
  }
}

/** @returns Windows' number for what failed; then there is no child */
static DWORD start_child(struct child *child) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  HANDLE input = NULL;
  memset(child, 0, sizeof *child);
  child->job = make_job();
  if (child->job == NULL || !CreatePipe(&input, &child->input, &inherited, 0) ||
      !SetHandleInformation(child->input, HANDLE_FLAG_INHERIT, 0)) {
    DWORD error = GetLastError();
    HANDLE made[] = {child->job, input, child->input};
    close_all(made, 3);
    return error;
  }
  HANDLE output = service_log_handle();
  STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
  startup.hStdInput = input;
  startup.hStdOutput = startup.hStdError = output;
  PROCESS_INFORMATION process;
  struct wide line = {0};
  wide_add(&line, service.line.units);
  DWORD flags = CREATE_NO_WINDOW | CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT;
  BOOL made = CreateProcessW(NULL, wide_text(&line), NULL, NULL, TRUE, flags, NULL, NULL, &startup, &process);
  DWORD error = made ? ERROR_SUCCESS : GetLastError();
  wide_free(&line);
  HANDLE childs[] = {input, output};
  close_all(childs, 2);
  if (made) {
    child->process = process.hProcess;
    /* Before its first instruction, so that nothing that it starts is outside. */
    if (!AssignProcessToJobObject(child->job, process.hProcess) || ResumeThread(process.hThread) == (DWORD)-1) {
      error = GetLastError();
      TerminateProcess(process.hProcess, 1);
    }
    CloseHandle(process.hThread);
  }
  if (error != ERROR_SUCCESS) {
    HANDLE all[] = {child->process, child->job, child->input};
    close_all(all, 3);
    memset(child, 0, sizeof *child);
    return error;
  }
  service_log("agent started, process %lu", process.dwProcessId);
  return ERROR_SUCCESS;
}

static void end_child(struct child *child) {
  CloseHandle(child->input);
  DWORD waited = 0;
  while (WaitForSingleObject(child->process, STATUS_EVERY_MS) == WAIT_TIMEOUT) {
    waited += STATUS_EVERY_MS;
    if (waited >= STOP_WITHIN_MS) {
      service_log("the agent did not end within %d s, and is killed", STOP_WITHIN_MS / 1000);
      TerminateJobObject(child->job, 1);
      WaitForSingleObject(child->process, STATUS_EVERY_MS);
      return;
    }
    report(SERVICE_STOP_PENDING, NO_ERROR);
  }
  DWORD code = 0;
  GetExitCodeProcess(child->process, &code);
  service_log("the agent ended with %lu, as it was asked to", code);
}

/** One life of the agent. @returns whether it ended by itself */
static int run_child(void) {
  struct child child;
  DWORD error = start_child(&child);
  if (error != ERROR_SUCCESS) {
    service_log("the agent could not be started: Windows' error %lu", error);
    return 1;
  }
  HANDLE either[] = {service.stop, child.process};
  int stopped = WaitForMultipleObjects(2, either, FALSE, INFINITE) == WAIT_OBJECT_0;
  if (stopped) {
    end_child(&child);
  } else {
    DWORD code = 0;
    GetExitCodeProcess(child.process, &code);
    service_log("the agent ended with %lu", code);
    CloseHandle(child.input);
  }
  /* Whatever it left running ends with the job. */
  CloseHandle(child.job);
  CloseHandle(child.process);
  return !stopped;
}

static void run_until_stopped(void) {
  uint32_t pause = 0;
  for (;;) {
    uint64_t began = GetTickCount64();
    if (!run_child()) return;
    pause = back_off_ms(pause, GetTickCount64() - began);
    service_log("it is started again in %lu s", (unsigned long)pause / 1000);
    if (WaitForSingleObject(service.stop, pause) == WAIT_OBJECT_0) return;
  }
}

static void WINAPI service_main(DWORD count, wchar_t **words) {
  (void)count;
  (void)words;
  service.handle = RegisterServiceCtrlHandlerExW(SERVICE_NAME, control, NULL);
  if (service.handle == NULL) return;
  report(SERVICE_START_PENDING, NO_ERROR);
  configure();
  clear_environment();
  struct wide state = {0};
  state_path(L"", &state);
  DWORD error = directory_ensure(wide_text(&state));
  wide_free(&state);
  if (error != ERROR_SUCCESS) {
    event_log(EVENTLOG_ERROR_TYPE, L"The agent's directory in ProgramData cannot be used; the service does not run.");
    report(SERVICE_STOPPED, error);
    return;
  }
  report(SERVICE_RUNNING, NO_ERROR);
  service_log("service started");
  run_until_stopped();
  service_log("service stopped");
  report(SERVICE_STOPPED, NO_ERROR);
}

int command_service(int count, wchar_t **words) {
  struct option none[] = {{NULL, NULL, 0}};
  int rest = 0;
  const char *wrong = options_parse(count, (uint16_t *const *)words, none, &rest);
  if (wrong != NULL) return misused(wrong);
  struct wide agent = {0}, log = {0};
  own_path(AGENT_PROGRAM, &agent);
  state_path(L"\\logs\\agent.log", &log);
  wide_argument(&service.line, agent.units);
  const wchar_t *fixed[] = {L"run", L"--stop-with-input", L"--log-file", wide_text(&log)};
  for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) wide_argument(&service.line, units(fixed[i]));
  for (int i = rest; i < count; i++) wide_argument(&service.line, units(words[i]));
  wide_free(&agent);
  wide_free(&log);
  service.stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  wchar_t name[] = SERVICE_NAME;
  SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {NULL, NULL}};
  if (service.stop != NULL && StartServiceCtrlDispatcherW(table)) return 0;
  return failed("the service manager", GetLastError());
}
