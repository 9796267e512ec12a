/**
 * Who owns a directory and who may change it. `%ProgramData%` lets every account make folders, so the one in which the
 * credential is to lie may have been made beforehand by somebody who can then read it, or be a link to elsewhere.
 */
#include "host.h"

#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>

/** For the system, the administrators, and whoever owns it; nothing comes from the folder above. */
#define CLOSED L"D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;S-1-3-4)"

struct facts {
  int is_directory;
  int is_link;
  int trusted_owner;
  int others_can_write;
  int others_can_read;
  wchar_t *owner; /* as `LocalFree` frees it */
};

static int is_well_known(PSID sid, WELL_KNOWN_SID_TYPE type) { return IsWellKnownSid(sid, type) != 0; }

/** The account that this process runs as, and the one to which what it makes belongs. */
static int is_own_account(PSID sid) {
  HANDLE token;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return 0;
  union {
    TOKEN_USER user;
    TOKEN_OWNER owner;
    BYTE room[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
  } own;
  DWORD length;
  int same = GetTokenInformation(token, TokenUser, &own, sizeof own, &length) && EqualSid(sid, own.user.User.Sid);
  same = same || (GetTokenInformation(token, TokenOwner, &own, sizeof own, &length) && EqualSid(sid, own.owner.Owner));
  CloseHandle(token);
  return same;
}

int is_trusted(PSID sid) {
  return is_well_known(sid, WinLocalSystemSid) || is_well_known(sid, WinBuiltinAdministratorsSid) || is_own_account(sid);
}

static const ACCESS_MASK WRITES = FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA | FILE_WRITE_ATTRIBUTES |
                                  FILE_DELETE_CHILD | DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;
static const ACCESS_MASK READS = FILE_READ_DATA | GENERIC_READ | GENERIC_ALL;

/** What an entry of the list lets others do, now or with what will be made in the directory. */
static void look_at(const ACE_HEADER *entry, struct facts *facts) {
  if (entry->AceType == ACCESS_DENIED_ACE_TYPE) return;
  ACCESS_MASK mask = WRITES | READS;
  /* Of any other kind of entry it is not known who gets what. */
  if (entry->AceType == ACCESS_ALLOWED_ACE_TYPE) {
    const ACCESS_ALLOWED_ACE *allowed = (const ACCESS_ALLOWED_ACE *)entry;
    PSID sid = (PSID)&allowed->SidStart;
    int of_owner = is_well_known(sid, WinCreatorOwnerSid) || is_well_known(sid, WinCreatorOwnerRightsSid);
    if (is_trusted(sid) || of_owner) return;
    mask = allowed->Mask;
  }
  if (mask & WRITES) facts->others_can_write = 1;
  if (mask & READS) facts->others_can_read = 1;
}

static void look_at_all(PACL list, struct facts *facts) {
  /* No list at all lets everybody do everything. */
  if (list == NULL) {
    facts->others_can_write = facts->others_can_read = 1;
    return;
  }
  for (DWORD i = 0; i < list->AceCount; i++) {
    void *entry;
    if (GetAce(list, i, &entry)) look_at(entry, facts);
  }
}

/** Opens the directory itself, and not what it may be a link to. */
static HANDLE open_itself(const wchar_t *path, DWORD access) {
  DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  DWORD flags = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT;
  return CreateFileW(path, access | FILE_READ_ATTRIBUTES, share, NULL, OPEN_EXISTING, flags, NULL);
}

static DWORD inspect(HANDLE directory, struct facts *facts) {
  memset(facts, 0, sizeof *facts);
  BY_HANDLE_FILE_INFORMATION information;
  if (!GetFileInformationByHandle(directory, &information)) return GetLastError();
  facts->is_directory = (information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
  facts->is_link = (information.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
  PSID owner;
  PACL list;
  PSECURITY_DESCRIPTOR security;
  SECURITY_INFORMATION wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
  DWORD error = GetSecurityInfo(directory, SE_FILE_OBJECT, wanted, &owner, NULL, &list, NULL, &security);
  if (error != ERROR_SUCCESS) return error;
  facts->trusted_owner = is_trusted(owner);
  if (!ConvertSidToStringSidW(owner, &facts->owner)) facts->owner = NULL;
  look_at_all(list, facts);
  LocalFree(security);
  return ERROR_SUCCESS;
}

static PSECURITY_DESCRIPTOR closed_security(void) {
  PSECURITY_DESCRIPTOR security = NULL;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(CLOSED, SDDL_REVISION_1, &security, NULL)) return NULL;
  return security;
}

/** From its first moment on it is closed to others. */
static DWORD make(const wchar_t *path) {
  PSECURITY_DESCRIPTOR security = closed_security();
  if (security == NULL) return GetLastError();
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, security, FALSE};
  DWORD error = CreateDirectoryW(path, &attributes) ? ERROR_SUCCESS : GetLastError();
  LocalFree(security);
  return error;
}

/** For one whose owner is trusted and whose list is not; what lies in it inherits. */
static DWORD close_to_others(HANDLE directory) {
  PSECURITY_DESCRIPTOR security = closed_security();
  if (security == NULL) return GetLastError();
  PACL list;
  BOOL present, defaulted;
  DWORD error = ERROR_INVALID_ACL;
  if (GetSecurityDescriptorDacl(security, &present, &list, &defaulted) && present) {
    SECURITY_INFORMATION what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
    error = SetSecurityInfo(directory, SE_FILE_OBJECT, what, NULL, NULL, list, NULL);
  }
  LocalFree(security);
  return error;
}

static DWORD move_aside(const wchar_t *path) {
  struct wide aside = {0}, message = {0};
  struct text random = {0};
  unsigned char bytes[4];
  random_bytes(bytes, sizeof bytes);
  text_hex(&random, bytes, sizeof bytes);
  wide_add(&aside, units(path));
  wide_add(&aside, units(L".untrusted-"));
  for (size_t i = 0; i < random.length; i++) {
    uint16_t unit[2] = {(uint16_t)random.bytes[i], 0};
    wide_add(&aside, unit);
  }
  DWORD error = MoveFileExW(path, wide_text(&aside), 0) ? ERROR_SUCCESS : GetLastError();
  wide_add(&message, units(path));
  wide_add(&message, units(L" was made by an account that is no administrator, or is a link. It is not used; it "));
  wide_add(&message, units(error == ERROR_SUCCESS ? L"is now " : L"could not be moved to "));
  wide_add(&message, aside.units);
  event_log(error == ERROR_SUCCESS ? EVENTLOG_WARNING_TYPE : EVENTLOG_ERROR_TYPE, wide_text(&message));
  wide_free(&aside);
  wide_free(&message);
  text_free(&random);
  return error;
}

/** @returns ERROR_INVALID_OWNER for one that must not be used */
static DWORD make_safe(const wchar_t *path) {
  HANDLE directory = open_itself(path, READ_CONTROL | WRITE_DAC);
  if (directory == INVALID_HANDLE_VALUE) return GetLastError();
  struct facts facts;
  DWORD error = inspect(directory, &facts);
  if (error == ERROR_SUCCESS) {
    LocalFree(facts.owner);
    if (!facts.is_directory || facts.is_link || !facts.trusted_owner) error = ERROR_INVALID_OWNER;
    else if (facts.others_can_write || facts.others_can_read) error = close_to_others(directory);
  }
  CloseHandle(directory);
  return error;
}

DWORD directory_ensure(const wchar_t *path) {
  DWORD error = ERROR_ALREADY_EXISTS;
  /* Somebody may make it again in between, but not for ever. */
  for (int attempt = 0; attempt < 3; attempt++) {
    error = make(path);
    if (error != ERROR_ALREADY_EXISTS) return error;
    error = make_safe(path);
    if (error != ERROR_INVALID_OWNER && error != ERROR_ACCESS_DENIED) return error;
    DWORD moved = move_aside(path);
    if (moved != ERROR_SUCCESS) return moved;
  }
  return error;
}

int command_make_directory(int count, wchar_t **words) {
  struct option options[] = {{"path", NULL, 1}, {NULL, NULL, 0}};
  const char *wrong = options_parse(count, (uint16_t *const *)words, options, NULL);
  if (wrong != NULL) return misused(wrong);
  DWORD error = make(option_value(options, "path"));
  if (error != ERROR_SUCCESS && error != ERROR_ALREADY_EXISTS) return failed("the directory", error);
  struct text json = {0};
  text_add(&json, "{");
  json_name(&json, "made");
  json_boolean(&json, error == ERROR_SUCCESS);
  text_add(&json, "}");
  return answered(&json);
}

int command_directory(int count, wchar_t **words) {
  struct option options[] = {{"path", NULL, 1}, {NULL, NULL, 0}};
  const char *wrong = options_parse(count, (uint16_t *const *)words, options, NULL);
  if (wrong != NULL) return misused(wrong);
  HANDLE directory = open_itself(option_value(options, "path"), READ_CONTROL);
  struct facts facts = {0};
  int exists = directory != INVALID_HANDLE_VALUE;
  DWORD error = exists ? inspect(directory, &facts) : GetLastError();
  if (exists) CloseHandle(directory);
  else if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) error = ERROR_SUCCESS;
  if (error != ERROR_SUCCESS) return failed("the directory", error);
  struct text json = {0};
  text_add(&json, "{");
  json_name(&json, "exists");
  json_boolean(&json, exists);
  json_name(&json, "isDirectory");
  json_boolean(&json, facts.is_directory);
  json_name(&json, "isLink");
  json_boolean(&json, facts.is_link);
  json_name(&json, "owner");
  json_utf16(&json, facts.owner == NULL ? NULL : units(facts.owner));
  json_name(&json, "trustedOwner");
  json_boolean(&json, facts.trusted_owner);
  json_name(&json, "othersCanWrite");
  json_boolean(&json, facts.others_can_write);
  json_name(&json, "othersCanRead");
  json_boolean(&json, facts.others_can_read);
  text_add(&json, "}");
  LocalFree(facts.owner);
  return answered(&json);
}
