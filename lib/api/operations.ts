/**
 * Every operation of the contract. For what needs them all (routes, OpenAPI, the client's tests); a function imports
 * only the operations it serves, so that its bundle carries no other schemas.
 */
import * as alerts from './alerts.ts';
import * as assistance from './assistance.ts';
import * as audit from './audit.ts';
import * as connectors from './connectors.ts';
import * as devices from './devices.ts';
import * as groups from './groups.ts';
import * as me from './me.ts';
import type { Operation } from './operation.ts';
import * as overview from './overview.ts';
import * as restarts from './restarts.ts';
import * as system from './system.ts';

const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'caller' in value;

export const operations: readonly Operation[] = [
  devices,
  groups,
  assistance,
  restarts,
  alerts,
  audit,
  connectors,
  me,
  overview,
  system,
].flatMap((module) => Object.values(module).filter(isOperation));
