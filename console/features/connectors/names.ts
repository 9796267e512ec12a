/** What connectors call themselves: names of their own, the same in each language. */
import type { ConnectorName } from '../../../lib/api/assistance.ts';

const NAMES: Readonly<Record<ConnectorName, string>> = { teamviewer: 'TeamViewer', rustdesk: 'RustDesk' };

export const connectorName = (name: ConnectorName): string => NAMES[name];
