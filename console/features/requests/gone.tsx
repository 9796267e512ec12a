/** A request that is not there: its id says when it was made, so one that expired is told from one that never was. */
import { useLanguage, useWords } from '../../messages/language.ts';
import { Gone } from '../../ui/detail.tsx';
import { serverNow } from '../../ui/server-time.ts';
import { exactTime, HOUR } from '../../ui/time-text.ts';
import { madeAt } from '../../ui/ulid.ts';
import { requestWords } from './words.ts';

/** For so long a request waits. */
const WAITS_MS = 4 * HOUR;

export const RequestGone = ({ id }: { id: string }) => {
  const t = useWords(requestWords);
  const language = useLanguage();
  const at = madeAt(id);
  const hasExpired = at !== undefined && at + WAITS_MS <= serverNow();
  return (
    <Gone title={t.goneTitle} to="/requests" toLabel={t.backToList}>
      {hasExpired ? `${t.gone} ${t.madeAt(exactTime(language, at))}` : t.neverThere}
    </Gone>
  );
};
