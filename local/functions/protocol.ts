/** What the runner and a function's worker say to each other. */

export type WorkerSettings = {
  codeDir: string;
  /** `file.export`. */
  handler: string;
  /** One signed 64-bit integer: the clock's offset in milliseconds. */
  clock: SharedArrayBuffer;
};

export type InvocationRequest = {
  /** The event as JSON. */
  payload: string;
  context: Readonly<Record<string, unknown>>;
  /** In real milliseconds since the epoch. */
  deadline: number;
};

/** Asks for what the worker's heap holds once what nobody uses any more is collected. */
export type MemoryRequest = { measureMemory: true };

export type RuntimeRequest = InvocationRequest | MemoryRequest;

/** As Lambda describes a function's error to its caller. */
export type FunctionError = { errorType: string; errorMessage: string; trace?: string[] };

export type InvocationResponse = { ok: true; payload: string } | { ok: false; error: FunctionError };

/** What a worker says: once that the handler is loaded, or cannot be, and then an answer to each request. */
export type RuntimeMessage = { ready: true } | { usedHeapBytes: number } | InvocationResponse;
