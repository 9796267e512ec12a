/** Says why an answer to a request did not happen: who was first, that it is gone, or what the server said. */
import { getAssistanceRequest } from '../../../lib/api/assistance.ts';
import { ApiError } from '../../../lib/api/client.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import { useSignedIn } from '../../session/context.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { ProblemLine } from '../../ui/problem.tsx';
import { Sentence } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { requestWords } from './words.ts';

/** Whether the request is no more. */
export const isGone = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 404 || error.status === 410);

export const useExplain = (id: string) => {
  const t = useWords(requestWords);
  const states = useWords(stateWords);
  const { show } = useNotices();
  const { call, me } = useSignedIn();

  /** Somebody was first: who, or what became of it. */
  const tellOther = async (): Promise<void> => {
    const { body } = await call(getAssistanceRequest, { params: { id } });
    const { approvedBy, approvedAt, state } = body;
    if (approvedBy === undefined || approvedAt === undefined || approvedBy === me.name) {
      return show({ type: 'info', content: t.alreadyState(states.request[state]) });
    }
    const content = (
      <>
        <Sentence say={t.approvedBy} name={approvedBy} /> <When at={approvedAt} />
      </>
    );
    show({ type: 'info', content });
  };

  return async (error: unknown): Promise<void> => {
    if (isGone(error)) return show({ type: 'info', content: t.gone });
    const isOthers = error instanceof ApiError && error.problem?.code === 'invalid_state';
    try {
      if (isOthers) return await tellOther();
    } catch {
      // What the refusal itself says is shown.
    }
    show({ type: 'error', content: <ProblemLine error={error} /> });
  };
};
