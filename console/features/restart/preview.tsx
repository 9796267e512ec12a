/** What an order would reach, before it is given. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { RestartPreview } from '../../../lib/api/restarts.ts';
import { useWords } from '../../messages/language.ts';
import { Problem } from '../../ui/problem.tsx';
import { restartWords } from './words.ts';

type PreviewProps = { preview: RestartPreview | undefined; error: unknown; onRetry: () => void };

export const Preview = ({ preview, error, onRetry }: PreviewProps) => {
  const t = useWords(restartWords);
  if (error) return <Problem error={error} onRetry={onRetry} />;
  if (!preview) {
    return (
      <Box>
        <Spinner /> {t.previewing}
      </Box>
    );
  }
  const { deviceCount, offlineCount, alreadyRestarting, examinedCount, unknownDeviceIds } = preview;
  const lines = [
    t.reach(deviceCount),
    ...(offlineCount > 0 ? [t.offline(offlineCount)] : []),
    ...(alreadyRestarting > 0 ? [t.alreadyRestarting(alreadyRestarting)] : []),
    ...(examinedCount !== undefined ? [t.examined(examinedCount)] : []),
    ...(unknownDeviceIds.length > 0 ? [t.unknown(unknownDeviceIds.join(', '))] : []),
  ];
  return (
    <Alert type={unknownDeviceIds.length > 0 || offlineCount > 0 ? 'warning' : 'info'}>
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </Alert>
  );
};
