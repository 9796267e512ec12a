/** The agent's own version, as it tells the server at enrolment and with each poll. Kept equal to `package.json` by a test. */
export const AGENT_VERSION = '0.1.0';
