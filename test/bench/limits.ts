/** How a function's bundle may compare with the baseline, in bytes and in load time. */
export const limitOf = (name: string): number => (name === 'agent-poll' ? 0.8 : 1.3);
