/** `/__fake`: switches the fake's faults and looks at it, for people with curl and for tests in another process. */
import { type Answer, invalidRequest, notFound } from './answers.ts';
import type { TeamViewerFake } from './fake.ts';
import { FAULTS, type FaultOrder } from './faults.ts';
import { changeSettings } from './settings.ts';

const SESSION = /^sessions\/([^/]+)\/close$/;

/** What the body says, or nothing where it is no JSON object. */
const read = <T extends object>(body: string): Partial<T> => {
  try {
    return Object(JSON.parse(body)) as Partial<T>;
  } catch {
    return {};
  }
};

const orderOf = (body: string): FaultOrder | undefined => {
  const { fault, ...rest } = read<FaultOrder>(body);
  return fault !== undefined && FAULTS.includes(fault) ? { fault, ...rest } : undefined;
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
    case 'POST settings':
      return changeSettings(fake.settings, read(body))
        ? done
        : invalidRequest('{ "states"?: open | Open | number, "tokenLivesSeconds"?: 86400 }');
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
