/** Declines a request, with a reason that the person reads. */
import FormField from '@cloudscape-design/components/form-field';
import Textarea from '@cloudscape-design/components/textarea';
import {
  type AssistanceRequest,
  declineAssistanceRequest,
  getAssistanceRequest,
  listAssistanceRequests,
} from '../../../lib/api/assistance.ts';
import { useChange } from '../../data/change.ts';
import { useWords } from '../../messages/language.ts';
import { useDraft } from '../../ui/draft.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Sentence } from '../../ui/text.tsx';
import { isGone, useExplain } from './explain.tsx';
import { requestWords } from './words.ts';

export const DeclineDialog = ({ request, onClose }: { request: AssistanceRequest; onClose: () => void }) => {
  const t = useWords(requestWords);
  const [{ reason }, change, forget] = useDraft(`decline.${request.id}`, { reason: '' });
  const explain = useExplain(request.id);
  const decline = useChange(declineAssistanceRequest, {
    concerns: [getAssistanceRequest, listAssistanceRequests],
    onDone: () => {
      forget();
      onClose();
    },
    onError: (error) => {
      if (isGone(error)) onClose();
      void explain(error);
    },
  });
  return (
    <FormDialog
      title={<Sentence say={t.declineTitle} name={request.requester.name} />}
      action={t.decline}
      isReady={reason.trim() !== ''}
      isPending={decline.isPending}
      error={decline.error}
      onAction={() => decline.send({ params: { id: request.id }, body: { reason } })}
      onClose={onClose}
    >
      <FormField label={t.reason} description={t.reasonHint} stretch>
        <Textarea value={reason} onChange={({ detail }) => change({ reason: detail.value })} />
      </FormField>
    </FormDialog>
  );
};
