/**
 * The server does not take the credential: this PC was restored from before a rotation, its disk is a copy, or it was retired. It
 * may also pass, so the credential is kept and tried again; but whoever looks at the PC is told what to do, in the log,
 * by `status` and when they ask for help.
 */
import type { ApiError } from '../../lib/api/client.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { isUnknown } from '../server.ts';
import type { RefusedFile } from '../state/refused-file.ts';
import { oneLine } from '../text.ts';

/** @param detail the server's own words */
export const whatToDo = (detail: string): string =>
  `The server does not take the credential of this PC: ${detail} Where that does not pass: was the PC restored from a snapshot, is its ` +
  'disk a copy of another PC’s, or was it retired? Then it is enrolled anew with "enroll --force" and a token from an administrator.';

/** The server's words for why it does not know this device; `undefined` when the error is about something else. */
export const refusalOf = (error: unknown): string | undefined =>
  isUnknown(error) ? oneLine((error as ApiError).problem?.detail ?? '') : undefined;

export type RefusalPorts = { file: RefusedFile; clock: Pick<Clock, 'now'>; log: Log; deviceId: string };

export class CredentialRefusals {
  readonly #ports: RefusalPorts;
  #isRefused: boolean | undefined;

  constructor(ports: RefusalPorts) {
    this.#ports = ports;
  }

  /** To be called with what a poll failed with. */
  async failed(error: unknown): Promise<void> {
    const { file, clock, log, deviceId } = this.#ports;
    const detail = refusalOf(error);
    if (detail === undefined || this.#isRefused) return;
    this.#isRefused = true;
    log.error('the credential is not taken', { whatToDo: whatToDo(detail) });
    const refused = await this.#noted();
    const since = refused?.deviceId === deviceId ? refused.since : clock.now();
    await file.write({ refused: { deviceId, since, detail } });
  }

  /** A poll was answered. */
  async worked(): Promise<void> {
    if (this.#isRefused === false) return;
    const { file, log } = this.#ports;
    if (await this.#noted()) {
      log.info('the credential is taken again');
      await file.write({ refused: undefined });
    }
    this.#isRefused = false;
  }

  /** A note that cannot be understood is none, and is written over. */
  async #noted() {
    return (await this.#ports.file.read().catch(() => undefined))?.refused;
  }
}
