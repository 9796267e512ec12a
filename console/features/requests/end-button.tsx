/** Ends the session of a request. */
import {
  type AssistanceRequest,
  endAssistance,
  getAssistanceRequest,
  listAssistanceRequests,
} from '../../../lib/api/assistance.ts';
import { useChange } from '../../data/change.ts';
import { useWords } from '../../messages/language.ts';
import { RoleButton } from '../../ui/role-button.tsx';
import { useExplain } from './explain.tsx';
import { requestWords } from './words.ts';

export const EndButton = ({ request: { id } }: { request: AssistanceRequest }) => {
  const t = useWords(requestWords);
  const explain = useExplain(id);
  const { send, isPending } = useChange(endAssistance, {
    concerns: [getAssistanceRequest, listAssistanceRequests],
    onError: (error) => void explain(error),
  });
  return (
    <RoleButton needs="helpdesk" loading={isPending} onClick={() => send({ params: { id } })}>
      {t.endSession}
    </RoleButton>
  );
};
