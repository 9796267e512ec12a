/** What each call about an assistance request does by its specification, in the parts that others may come between. */
import type { ConnectorName } from '../../../lib/api/assistance.ts';
import type { Id } from '../../../lib/ids.ts';
import { ANSWERS, type AnswerName, type AssistanceSpec, ATTEMPT_MS, type SpecRequest } from '../assistance-spec.ts';
import type { Part } from './recorder.ts';

type AssistancePart = Part<AssistanceSpec>;

const on =
  (id: Id, part: (spec: AssistanceSpec, request: SpecRequest) => ReturnType<AssistancePart>): AssistancePart =>
  (spec) => {
    const request = spec.requests.get(id);
    return request ? part(spec, request) : 'not_found';
  };

/** @param id that the device was told; without, nothing may have been made */
export const asking =
  (device: Id, id: () => Id | undefined): AssistancePart =>
  (spec) => {
    const asker = spec.devices.get(device);
    const made = id();
    if (!asker || asker.isRevoked) return ['unauthenticated', 'already_exists'];
    if (made !== undefined && spec.requests.has(made)) return 'ok';
    const may = spec.mayAsk(asker);
    if (may === 'ok' && made !== undefined) spec.ask(asker, made);
    return may;
  };

const approved = (id: Id, connector: ConnectorName, validUntil: number): AssistancePart =>
  on(id, (spec, request) => {
    request.attempts.delete(connector);
    const may = spec.mayApprove(request);
    if (may === 'ok') spec.approve(request, connector, validUntil);
    return may;
  });

/** At a provider in two parts: while it opens the session, nobody else may approve. */
export const approving = (id: Id, connector: ConnectorName, validUntil: number): AssistancePart[] => {
  if (connector === 'rustdesk') return [approved(id, connector, validUntil)];
  const begin = on(id, (spec, request) => {
    const may = spec.mayApprove(request);
    if (may !== 'ok') return may;
    request.attempts.set(connector, spec.now + ATTEMPT_MS);
    return undefined;
  });
  return [begin, approved(id, connector, validUntil)];
};

/** A device that was retired meanwhile is refused at once, or finds what its retirement has left. */
export const answering = (id: Id, name: AnswerName, device: Id): AssistancePart => {
  const isAdmin = ANSWERS[name].by === 'admin';
  return on(id, (spec, request) => {
    const told = spec.answer(request, name, isAdmin ? 'admin' : device);
    return isAdmin || !spec.devices.get(device)?.isRevoked ? told : ['unauthenticated', told];
  });
};

/** In two parts: its credential is dead before what it has open ends. */
export const retiring = (id: Id): AssistancePart[] => [
  (spec) => {
    const device = spec.devices.get(id);
    if (!device || device.retiredAt !== undefined) return 'not_found';
    spec.revoke(device);
    return undefined;
  },
  (spec) => {
    const device = spec.devices.get(id);
    // Somebody else who retires it at the same moment may have ended it.
    if (!device || device.retiredAt !== undefined) return ['ok', 'not_found'];
    spec.retire(device);
    return 'ok';
  },
];

const shown = ({ state, endReason }: { state: string; endReason?: string | undefined }): string =>
  `${state} ${endReason ?? ''}`;

/** @param seen what the reader was shown; nothing where it was told that there is none */
export const reading = (id: Id, seen: { state: string; endReason?: string | undefined } | undefined): AssistancePart =>
  on(id, (spec, request) => {
    const told = spec.read(request, 'admin');
    return told === 'ok' && seen && shown(request) !== shown(seen) ? `is ${shown(request)}, not ${shown(seen)}` : told;
  });
