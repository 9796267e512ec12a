/**
 * Which connectors keep sessions at a provider. Such a session must be closed there when its request is over, and can
 * end there by itself; with the others there is nothing to close and nothing to ask after.
 */
import type { ConnectorName } from '../api/assistance.ts';

const KEEPS_SESSIONS: Readonly<Record<ConnectorName, boolean>> = { teamviewer: true, rustdesk: false };

export const keepsSessions = (name: ConnectorName): boolean => KEEPS_SESSIONS[name];
