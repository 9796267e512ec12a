/** What is shown and could not be asked for again: it says since when, and offers to try again. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { common } from '../messages/common.ts';
import { useLanguage, useWords } from '../messages/language.ts';
import { ProblemLine } from './problem.tsx';
import { clockTime } from './time-text.ts';

type NotFreshProps = { error: unknown; readAt: number; onRetry: () => void };

/** Nothing while there is no error. */
export const NotFresh = ({ error, readAt, onRetry }: NotFreshProps) => {
  const t = useWords(common);
  const language = useLanguage();
  if (error === null || error === undefined) return null;
  return (
    <Alert
      type="warning"
      header={t.notUpdatedSince(clockTime(language, readAt))}
      action={<Button onClick={onRetry}>{t.retry}</Button>}
    >
      <ProblemLine error={error} />
    </Alert>
  );
};
