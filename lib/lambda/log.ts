/**
 * Structured logs: one JSON line each, as CloudWatch Logs reads them. Written by hand since a logging library costs
 * every cold start 11 ms. Each names the request that the work follows from. Never log a body, a header or a whole event: they hold credentials and personal data.
 */
import { causeMembers, currentCause } from '../cause.ts';

type Fields = Record<string, unknown>;

const describeError = (error: unknown): Fields =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: 'NotAnError', message: String(error) };

const write = (level: 'INFO' | 'WARN' | 'ERROR', message: string, { error, ...fields }: Fields = {}): void => {
  const line = { level, timestamp: new Date().toISOString(), message, ...causeMembers(currentCause()), ...fields };
  process.stdout.write(`${JSON.stringify(error === undefined ? line : { ...line, error: describeError(error) })}\n`);
};

export const log = {
  info: (message: string, fields?: Fields): void => write('INFO', message, fields),
  warn: (message: string, fields?: Fields): void => write('WARN', message, fields),
  error: (message: string, fields?: Fields): void => write('ERROR', message, fields),
};

/** For ports that swallow an error which changes nothing for the caller. */
export const logSwallowed = (message: string, error: unknown): void => log.warn(message, { error });
