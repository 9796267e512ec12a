/** What can be done with one device: restart it, rename it, retire it. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { type Device, getDevice, listDevices, renameDevice, retireDevice } from '../../../lib/api/devices.ts';
import { useNotices } from '../../app/notices.tsx';
import { useChange } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Text } from '../../ui/text.tsx';
import { NameDialog } from '../groups/name-dialog.tsx';
import { RestartDialog } from '../restart/dialog.tsx';
import { devicePageWords } from './device-words.ts';

type Props = { device: Device; onClose: () => void };

const Rename = ({ device, onClose }: Props) => {
  const t = useWords(devicePageWords);
  const rename = useChange(renameDevice, { concerns: [getDevice, listDevices] });
  return (
    <NameDialog
      title={t.renameTitle(device.name)}
      action={t.rename}
      draft={`device.${device.id}`}
      initial={device.name}
      isPending={rename.isPending}
      error={rename.error}
      onClose={onClose}
      onName={(name, forget) =>
        rename.mutate(
          { params: { id: device.id }, body: { name } },
          {
            onSuccess: () => {
              forget();
              onClose();
            },
          },
        )
      }
    />
  );
};

const Retire = ({ device, onClose, onRetiring }: Props & { onRetiring: () => void }) => {
  const t = useWords(devicePageWords);
  const { show } = useNotices();
  const [, navigate] = useLocation();
  const retire = useChange(retireDevice, {
    concerns: [listDevices],
    onDone: () => {
      onRetiring();
      show({ type: 'success', content: <Text>{t.retired(device.name)}</Text> });
      navigate('/devices');
    },
  });
  return (
    <Confirm
      title={t.retireTitle(device.name)}
      text={t.retireText}
      action={t.retire}
      typed={{ label: t.typeName(device.name), expected: device.name }}
      isPending={retire.isPending}
      error={retire.error}
      onConfirm={() => retire.mutate({ params: { id: device.id } })}
      onClose={onClose}
    />
  );
};

type Dialog = 'rename' | 'retire' | 'restart';

export const DeviceActions = ({ device, onRetiring }: { device: Device; onRetiring: () => void }) => {
  const t = useWords(devicePageWords);
  const [dialog, open] = useState<Dialog>();
  const close = () => open(undefined);
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <RoleButton needs="admin" onClick={() => open('retire')}>
        {t.retire}
      </RoleButton>
      <RoleButton needs="admin" onClick={() => open('rename')}>
        {t.rename}
      </RoleButton>
      <RoleButton needs="operator" variant="primary" onClick={() => open('restart')}>
        {t.restart}
      </RoleButton>
      {dialog === 'rename' && <Rename device={device} onClose={close} />}
      {dialog === 'retire' && <Retire device={device} onClose={close} onRetiring={onRetiring} />}
      {dialog === 'restart' && <RestartDialog target={{ kind: 'devices', devices: [device] }} onClose={close} />}
    </SpaceBetween>
  );
};
