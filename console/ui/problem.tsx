/** What went wrong, in words, with what to quote and a way to try again. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { ApiError } from '../../lib/api/client.ts';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { problemWords } from '../messages/problems.ts';
import { Copy } from './copy.tsx';
import { Text } from './text.tsx';

/** What is said of `error`: what it is, and the server's own words where it has any. */
export const useDescribeError = (): ((error: unknown) => { what: string; detail?: string }) => {
  const t = useWords(problemWords);
  return (error) => {
    if (!(error instanceof ApiError)) return { what: t.offline };
    const { status, problem, retryAfterSeconds } = error;
    if (status === 429) return { what: t.throttled(retryAfterSeconds ?? 1) };
    if (!problem) return { what: status < 400 ? t.offSchema : t.serverFailed(status) };
    const members = (problem.errors ?? []).map(({ path, message }) => `${path} ${message}`);
    return { what: t.titles[problem.code], detail: [problem.detail, ...members].join(' ') };
  };
};

/** An error in one line, for a notice. */
export const ProblemLine = ({ error }: { error: unknown }) => {
  const { what, detail } = useDescribeError()(error);
  return <Text>{detail === undefined ? what : `${what}: ${detail}`}</Text>;
};

type ProblemProps = {
  error: unknown;
  /** Tries again; without it there is nothing to try. */
  onRetry?: () => void;
  /** Whether something could not be done, rather than not be loaded. */
  isAction?: boolean;
};

/** An error of a call, where what was called for would be. */
export const Problem = ({ error, onRetry, isAction = false }: ProblemProps) => {
  const t = useWords(common);
  const p = useWords(problemWords);
  const { what, detail } = useDescribeError()(error);
  const instance = error instanceof ApiError ? error.problem?.instance : undefined;
  return (
    <Alert
      type="error"
      header={isAction ? p.couldNotDo : p.couldNotLoad}
      {...(onRetry && { action: <Button onClick={onRetry}>{t.retry}</Button> })}
    >
      <div>{what}</div>
      {detail !== undefined && <Text>{detail}</Text>}
      {instance !== undefined && (
        <Box fontSize="body-s" color="text-body-secondary">
          {t.instance}: <code>{instance}</code> <Copy text={instance} label={`${t.copy}: ${t.instance}`} />
        </Box>
      )}
    </Alert>
  );
};
