/** TeamViewer, for the few invocations that call it. */
export { openTeamViewer } from '../../../../lib/lambda/teamviewer.ts';
