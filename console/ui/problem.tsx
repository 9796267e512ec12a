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

const SERVER_FAILED = 500;

/** One sentence about `error`, for a person. */
export const useDescribeError = (): ((error: unknown) => string) => {
  const t = useWords(problemWords);
  return (error) => {
    if (!(error instanceof ApiError)) return t.offline;
    if (error.problem?.code === 'connector_failed') return error.problem.detail;
    if (error.status === 429) return t.throttled(error.retryAfterSeconds ?? 1);
    if (error.status >= SERVER_FAILED) return t.serverFailed(error.status);
    if (!error.problem) return error.status < 400 ? t.offSchema : t.serverFailed(error.status);
    const members = (error.problem.errors ?? []).map(({ path, message }) => `${path} ${message}`);
    return [error.problem.detail, ...members].join(' ');
  };
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
  const describe = useDescribeError();
  const instance = error instanceof ApiError ? error.problem?.instance : undefined;
  return (
    <Alert
      type="error"
      header={isAction ? p.couldNotDo : p.couldNotLoad}
      {...(onRetry && { action: <Button onClick={onRetry}>{t.retry}</Button> })}
    >
      <Text>{describe(error)}</Text>
      {instance !== undefined && (
        <Box fontSize="body-s" color="text-body-secondary">
          {t.instance}: <code>{instance}</code> <Copy text={instance} label={`${t.copy}: ${t.instance}`} />
        </Box>
      )}
    </Alert>
  );
};
