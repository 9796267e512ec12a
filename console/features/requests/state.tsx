/** The state of a request, as a coloured word. */
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { AssistanceState } from '../../../lib/api/assistance.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';

const TYPES: Readonly<Record<AssistanceState, StatusIndicatorProps.Type>> = {
  pending: 'info',
  approved: 'in-progress',
  connected: 'success',
  ended: 'stopped',
  declined: 'stopped',
  withdrawn: 'stopped',
  refused: 'warning',
};

const OPEN: readonly AssistanceState[] = ['pending', 'approved', 'connected'];

/** Whether something may still become of it. */
export const isOpen = (state: AssistanceState): boolean => OPEN.includes(state);

export const RequestState = ({ state }: { state: AssistanceState }) => {
  const { request } = useWords(stateWords);
  return <StatusIndicator type={TYPES[state]}>{request[state]}</StatusIndicator>;
};
