/** What an order would reach, before it is given. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Spinner from '@cloudscape-design/components/spinner';
import type { RestartPreview } from '../../../lib/api/restarts.ts';
import { useWords } from '../../messages/language.ts';
import { Problem } from '../../ui/problem.tsx';
import type { Named } from '../../ui/selection.ts';
import { Text } from '../../ui/text.tsx';
import { restartWords } from './words.ts';

type PreviewProps = {
  /** `undefined` until it is there. */
  preview: RestartPreview | undefined;
  error: unknown;
  /** The devices that the order names. */
  named: readonly Named[];
  onRetry: () => void;
  /** Goes on without these. */
  onLeaveOut: (ids: readonly string[]) => void;
};

/** An order that names a device that was retired meanwhile is refused as a whole. */
const Unknown = ({
  ids,
  named,
  onLeaveOut,
}: Pick<PreviewProps, 'named' | 'onLeaveOut'> & { ids: readonly string[] }) => {
  const t = useWords(restartWords);
  const names = ids.map((id) => named.find((device) => device.id === id)?.name ?? id);
  return (
    <Alert type="error" header={t.unknown} action={<Button onClick={() => onLeaveOut(ids)}>{t.leaveOut}</Button>}>
      <Text>{names.join(', ')}</Text>
    </Alert>
  );
};

export const Preview = ({ preview, error, named, onRetry, onLeaveOut }: PreviewProps) => {
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
  if (unknownDeviceIds.length > 0) return <Unknown ids={unknownDeviceIds} named={named} onLeaveOut={onLeaveOut} />;
  const lines = [
    t.reach(deviceCount),
    ...(offlineCount > 0 ? [t.offline(offlineCount)] : []),
    ...(alreadyRestarting > 0 ? [t.alreadyRestarting(alreadyRestarting)] : []),
    ...(examinedCount === undefined ? [] : [t.examined(examinedCount)]),
  ];
  return (
    <Alert type={offlineCount > 0 ? 'warning' : 'info'}>
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </Alert>
  );
};
