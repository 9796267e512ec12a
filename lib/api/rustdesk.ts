/** What RustDesk takes: ids of devices, and servers. All of it becomes part of a link that opens RustDesk. */
import * as z from 'zod/mini';

/**
 * Digits, or a name of one's own as RustDesk takes it: a letter and then letters, digits, `-` and `_`, 6 to 16 in all. So
 * no option of a command line, which begins with `-`.
 */
const ID = /^([0-9]{6,16}|[A-Za-z][A-Za-z0-9_-]{5,15})$/;

/**
 * What stands for something to be done, and not for a device: in the place of the id in a `rustdesk://` link
 * (https://github.com/rustdesk/rustdesk/blob/master/flutter/lib/common.dart: `urlLinkToCmdArgs`), or as a command.
 */
const COMMANDS = new Set([
  'assign',
  'config',
  'connect',
  'connection',
  'deploy',
  'file-transfer',
  'get-id',
  'import-config',
  'install',
  'option',
  'password',
  'port-forward',
  'remove',
  'server',
  'service',
  'set-id',
  'terminal',
  'terminal-admin',
  'uninstall',
  'update',
  'view-camera',
]);

export const rustDeskId = () =>
  z.string().check(
    z.regex(ID, 'must be a RustDesk id: 6 to 16 digits, or a letter and then letters, digits, - and _'),
    z.refine((id) => !COMMANDS.has(id.toLowerCase()), 'must be a RustDesk id, and not one of its commands'),
  );

/** A host name or an address, with a port or without. */
export const RELAY_SERVER = /^([A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$/;

/** Base64, as RustDesk's server writes it. */
export const RELAY_KEY = /^[A-Za-z0-9+/_=-]{1,256}$/;
