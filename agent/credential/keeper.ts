/** Rotates the credential while the agent runs: when it is due, and when an administrator asks for it at the PC. */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { backOffMs } from '../pace.ts';
import type { Reply } from '../person/choice.ts';
import type { CommandBox } from '../person/command-box.ts';
import { reasonOf } from '../refusal.ts';
import { isRotationDue, type RotationPorts, rotate } from './rotation.ts';

export type KeeperPorts = RotationPorts & {
  box: Pick<CommandBox, 'pending' | 'answer'>;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  random: () => number;
  log: Log;
};

const BACK_OFF = { floorSeconds: 60, capSeconds: 3_600 };

export class CredentialKeeper {
  readonly #ports: KeeperPorts;
  #failures = 0;
  #notBefore = 0;

  constructor(ports: KeeperPorts) {
    this.#ports = ports;
  }

  /** To be called when nothing else is under way. Never throws. @param isOnline the last poll was answered */
  async turn(isOnline: boolean): Promise<void> {
    const { box, file, clock, log } = this.#ports;
    try {
      const asked = (await box.pending()).filter(({ wish }) => wish.kind === 'rotateCredential');
      if (asked.length > 0) {
        const reply = await this.#rotate();
        for (const { id } of asked) await box.answer(id, reply);
        return;
      }
      if (clock.monotonic() < this.#notBefore) return;
      const { enrolled } = (await file.read()) ?? {};
      if (!enrolled) return;
      // One whose answer was lost may be why no poll is answered: the old credential is good for rotating alone by now.
      const mayBegin = isOnline || enrolled.rotating !== undefined;
      if (mayBegin && isRotationDue(enrolled, clock.now())) await this.#rotate();
    } catch (error) {
      log.warn('the credential cannot be looked after', { problem: reasonOf(error) });
    }
  }

  async #rotate(): Promise<Reply> {
    const { clock, random, log } = this.#ports;
    try {
      await rotate(this.#ports);
      this.#failures = 0;
      return { done: true, words: 'The credential was rotated.' };
    } catch (error) {
      const againInMs = backOffMs(++this.#failures, random(), BACK_OFF);
      this.#notBefore = clock.monotonic() + againInMs;
      log.warn('the credential was not rotated', {
        problem: reasonOf(error),
        againInSeconds: Math.round(againInMs / 1000),
      });
      return { done: false, words: `The credential was not rotated, and goes on to work: ${reasonOf(error)}` };
    }
  }
}
