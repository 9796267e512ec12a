/** `/__fake`: switches the fake's faults and looks at it, for people with curl and for tests in another process. */
import { type Answer, invalidRequest, notFound } from './answers.ts';
import type { TeamViewerFake } from './fake.ts';
import { FAULTS, type FaultOrder } from './faults.ts';

const SESSION = /^sessions\/([^/]+)\/close$/;

const orderOf = (body: string): FaultOrder | undefined => {
  try {
    const order = JSON.parse(body) as FaultOrder;
    return FAULTS.includes(order.fault) ? order : undefined;
  } catch {
    return undefined;
  }
};

/** @param path what is behind `/__fake/` */
export const control = (fake: TeamViewerFake, method: string, path: string, body: string): Answer => {
  const done: Answer = { status: 204 };
  const session = SESSION.exec(path)?.[1];
  switch (`${method} ${session === undefined ? path : 'sessions/close'}`) {
    case 'GET calls':
      return { status: 200, body: fake.calls };
    case 'GET sessions':
      return { status: 200, body: fake.sessions() };
    case 'POST sessions/close':
      fake.closeSession(session ?? '');
      return done;
    case 'POST faults': {
      const order = orderOf(body);
      if (!order) return invalidRequest(`{ "fault": ${FAULTS.join(' | ')}, "on"?: "POST /sessions", "times"?: 1 }`);
      fake.fault(order);
      return done;
    }
    case 'DELETE faults':
      fake.clearFaults();
      return done;
    case 'POST tokens/expire':
      fake.expireAccessTokens();
      return done;
    case 'POST tokens/revoke':
      fake.revokeAccess();
      return done;
    default:
      return notFound();
  }
};
