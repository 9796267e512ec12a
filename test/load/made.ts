/** What the run made, to be looked for at its end. */
import type { AssistanceState } from '../../lib/api/assistance.ts';

/** With the one state that it must be in at the end. */
export type MadeRequest = { readonly id: string; readonly final: AssistanceState };

/** Noted as soon as its id is known, so that what fails on its way is looked for too. */
export type Made = { readonly requests: MadeRequest[]; readonly jobs: string[] };
