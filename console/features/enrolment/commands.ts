/** The one line that installs the agent and enrols the PC, for each system. */
import type { Platform } from '../../../lib/api/devices.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** @param api where the API is: this console's own origin */
export const installCommands = (api: string, token: string): Readonly<Record<Platform, string>> => ({
  windows: `msiexec /i remote-assist-agent.msi /qn API=${api} TOKEN=${token}`,
  linux: `sudo apt install ./remote-assist-agent_*.deb && sudo remote-assist-agent enroll --api ${api} --enrollment-token ${quoted(token)}`,
  macos: `sudo node remote-assist-agent.cjs enroll --api ${api} --enrollment-token ${quoted(token)} && sudo node remote-assist-agent.cjs install`,
});
