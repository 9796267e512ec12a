/** The host's commands, and what they share. See host.h. */
#include "host.h"

#include <bcrypt.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>

int failed(const char *what, DWORD error) {
  wchar_t words[512];
  /* English, where it is there: these words are for a log that an administrator sends to somebody. */
  DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
  DWORD length = FormatMessageW(flags, NULL, error, MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US), words, 512, NULL);
  if (length == 0) length = FormatMessageW(flags, NULL, error, 0, words, 512, NULL);
  while (length > 0 && words[length - 1] <= L' ') length--;
  char utf8[2048];
  int bytes = WideCharToMultiByte(CP_UTF8, 0, words, (int)length, utf8, sizeof utf8 - 1, NULL, NULL);
  utf8[bytes] = '\0';
  fprintf(stderr, "%s: %s (%lu)\n", what, bytes > 0 ? utf8 : "Windows' error", error);
  return 1;
}

int misused(const char *why) {
  fprintf(stderr, "%s: run remote-assist-host without a command to see them all\n", why);
  return 2;
}

int answered(struct text *json) {
  text_add(json, "\n");
  int written = fwrite(json->bytes, 1, json->length, stdout) == json->length && fflush(stdout) == 0;
  text_free(json);
  return written ? 0 : 1;
}

const wchar_t *option_value(const struct option *options, const char *name) {
  for (; options->name != NULL; options++) {
    if (strcmp(options->name, name) == 0) return (const wchar_t *)options->value;
  }
  return NULL;
}

void own_path(const wchar_t *name, struct wide *path) {
  wchar_t own[MAX_PATH * 4];
  DWORD length = GetModuleFileNameW(NULL, own, MAX_PATH * 4);
  while (length > 0 && own[length - 1] != L'\\') length--;
  own[length] = L'\0';
  wide_add(path, units(own));
  wide_add(path, units(name));
}

void state_path(const wchar_t *below, struct wide *path) {
  wchar_t data[MAX_PATH];
  DWORD length = GetEnvironmentVariableW(L"ProgramData", data, MAX_PATH);
  wide_add(path, units(length > 0 && length < MAX_PATH ? data : L"C:\\ProgramData"));
  wide_add(path, units(L"\\remote-assist"));
  wide_add(path, units(below));
}

void random_bytes(void *bytes, size_t count) {
  if (BCryptGenRandom(NULL, bytes, (ULONG)count, BCRYPT_USE_SYSTEM_PREFERRED_RNG) < 0) {
    fputs("the system gives no random numbers\n", stderr);
    abort();
  }
}

void text_hex(struct text *text, const void *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    char hex[3];
    snprintf(hex, sizeof hex, "%02x", ((const unsigned char *)bytes)[i]);
    text_add(text, hex);
  }
}

static const struct {
  const char *name;
  int (*run)(int count, wchar_t **words);
  const char *usage;
} COMMANDS[] = {
    {"service", command_service, "service [-- OPTION…]              run by the service manager; options of the agent's \"run\""},
    {"boot", command_boot, "boot                              which boot this is, since when, and for how long"},
    {"machine", command_machine, "machine                           which machine this is"},
    {"process", command_process, "process --pid N                   what tells the process from a later one"},
    {"message", command_message, "message                           shows its input to everybody at this PC"},
    {"ask", command_ask, "ask --buttons yesNo|yesNoCancel --seconds N --decisive WORDS [--user NAME]"},
    {"open-link", command_open_link, "open-link --link URL [--user NAME]"},
    {"open-window", command_open_window, "open-window [--user NAME]"},
    {"directory", command_directory, "directory --path P                who owns it and who may change it"},
    {"make-directory", command_make_directory, "make-directory --path P           for the system and the administrators"},
    {"open-pipe", command_open_pipe, "open-pipe --path P                lets others connect to a pipe of ours, and no more"},
    {"call-pipe", command_call_pipe, "call-pipe --path P                sends its input to it, and prints the answer"},
    {"provision", command_provision, "provision [--from FILE] [--api URL --token T]  run by the installer"},
    {"purge", command_purge, "purge                             removes what the device knows; run by the installer"},
};

enum { COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0] };

int wmain(int argc, wchar_t **argv) {
  /* Line ends as they are. */
  _setmode(_fileno(stdout), _O_BINARY);
  _setmode(_fileno(stderr), _O_BINARY);
  for (int i = 0; argc > 1 && i < COMMAND_COUNT; i++) {
    if (units_equal(units(argv[1]), COMMANDS[i].name)) return COMMANDS[i].run(argc - 2, argv + 2);
  }
  fputs("Usage: remote-assist-host COMMAND\n\n", stderr);
  for (int i = 0; i < COMMAND_COUNT; i++) fprintf(stderr, "  %s\n", COMMANDS[i].usage);
  return 2;
}
