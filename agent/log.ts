/** The agent's log: one JSON line per thing that happened, on stderr. Nothing that is a secret is ever passed in. */

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

export type Log = {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
};

/** @param write gets each line with its line break */
export const createLog = (write: (line: string) => void, now: () => number): Log => {
  const at = (level: string) => (message: string, fields?: Fields) =>
    write(`${JSON.stringify({ at: new Date(now()).toISOString(), level, message, ...fields })}\n`);
  return { info: at('info'), warn: at('warn'), error: at('error') };
};
