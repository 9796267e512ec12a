/** The lines that `npm start` shows once the stack serves: each works when it is pasted into a shell. */

export const tryNext = (url: string): string => {
  const port = new URL(url).port;
  const environment = port === '3000' ? '' : `PORT=${port} `;
  return `
Try next, in another terminal:

  # an access token for an admin, and a device
  TOKEN=$(${environment}npm run -s token -- --roles admin)
  ENROLLMENT=$(curl -s -X POST ${url}/v1/enrollment-tokens -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{}' | node -pe 'JSON.parse(fs.readFileSync(0)).token')
  DEVICE=$(npm run -s agent -- enroll --api ${url} --enrollment-token "$ENROLLMENT" --name reception --state-dir .local/agent)

  # somebody at the PC asks for help
  npm run -s agent -- request-help --message 'The printer is on fire' --name Ada --state-dir .local/agent
  curl -s "${url}/v1/assistance-requests?state=pending" -H "authorization: Bearer $TOKEN"

  # a restart is ordered, and the PC pretends to restart
  curl -s -X POST ${url}/v1/restart-jobs -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d "{\\"deviceIds\\":[\\"$DEVICE\\"],\\"graceSeconds\\":0}"
  npm run -s agent -- run --dry-run --state-dir .local/agent

Stop with Ctrl-C; the data stays.
`;
};
