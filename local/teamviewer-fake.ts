/**
 * `npm start -- --teamviewer-fake`: a TeamViewer on this machine, to go through the onboarding and open sessions by
 * hand. It is the tests' own, loaded only when it is asked for.
 */

/** The app that the fake knows. */
const APP = { clientId: 'remote-assist-local', clientSecret: 'local-secret' };

export type LocalTeamViewer = {
  /** For the functions: where they find TeamViewer. */
  environment: { TEAMVIEWER_API_URL: string; TEAMVIEWER_LOGIN_URL: string };
  /** Lets the API at this address be what the login site goes back to; returns lines that say what to try. */
  introduce(apiUrl: string): string;
  stop(): Promise<void>;
};

const howTo = (apiUrl: string, controlUrl: string): string => {
  const port = new URL(apiUrl).port;
  const environment = port === '3000' ? '' : `PORT=${port} `;
  const json = `-H "authorization: Bearer $TOKEN" -H 'content-type: application/json'`;
  const connector = `${apiUrl}/v1/connectors/teamviewer`;
  return `
A fake TeamViewer runs too. It forgets everything when it stops, so sign in again after a restart:

  TOKEN=$(${environment}npm run -s token -- --roles admin)
  curl -s -X POST ${connector}/onboarding ${json} -d '${JSON.stringify({ acceptLicense: true, ...APP })}'
  # open the authorizationUrl of the answer in a browser, and press Accept; then
  curl -s -X PUT ${connector}/default ${json}

  # what it was asked, which sessions it has, and how it fails when it is told to
  curl -s ${controlUrl}/calls
  curl -s ${controlUrl}/sessions
  curl -s -X POST ${controlUrl}/faults -d '{"fault":"rateLimit","on":"POST /sessions","times":1}'
  curl -s -X DELETE ${controlUrl}/faults
  curl -s -X POST ${controlUrl}/tokens/expire
  curl -s -X POST ${controlUrl}/settings -d '{"states":"Open","tokenLivesSeconds":3600}'
`;
};

export const startLocalTeamViewer = async (): Promise<LocalTeamViewer> => {
  const { startTeamViewerFake } = await import('../test/fakes/teamviewer/fake.ts');
  const fake = await startTeamViewerFake();
  return {
    environment: { TEAMVIEWER_API_URL: fake.apiUrl, TEAMVIEWER_LOGIN_URL: fake.loginUrl },
    introduce: (apiUrl) => {
      fake.register({ ...APP, redirectUri: `${apiUrl}/v1/connectors/teamviewer/callback` });
      return howTo(apiUrl, fake.controlUrl);
    },
    stop: fake.stop,
  };
};
