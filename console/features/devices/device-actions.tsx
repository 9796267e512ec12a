/** What can be done with one device: restart it, rename it, retire it. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useLocation } from 'wouter';
import { type Device, getDevice, listDevices, renameDevice, retireDevice } from '../../../lib/api/devices.ts';
import { useChange } from '../../data/change.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { useDialog } from '../../ui/address.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { useDraft } from '../../ui/draft.ts';
import { NameDialog } from '../../ui/name-dialog.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Sentence } from '../../ui/text.tsx';
import { RestartDialog } from '../restart/dialog.tsx';
import { devicePageWords } from './device-words.ts';

type Props = { device: Device; onClose: () => void };

const Rename = ({ device, onClose }: Props) => {
  const t = useWords(devicePageWords);
  const draft = useDraft(`device.${device.id}`, { name: device.name });
  const [, , forget] = draft;
  const rename = useChange(renameDevice, {
    concerns: [getDevice, listDevices],
    onDone: () => {
      forget();
      onClose();
    },
  });
  return (
    <NameDialog
      title={<Sentence say={t.renameTitle} name={device.name} />}
      action={t.rename}
      draft={draft}
      isPending={rename.isPending}
      error={rename.error}
      onName={(name) => rename.send({ params: { id: device.id }, body: { name } })}
      onClose={onClose}
    />
  );
};

const Retire = ({ device, onClose, onRetired }: Props & { onRetired: () => void }) => {
  const t = useWords(devicePageWords);
  const c = useWords(common);
  const { show } = useNotices();
  const [, navigate] = useLocation();
  const retire = useChange(retireDevice, {
    concerns: [listDevices],
    onDone: () => {
      onRetired();
      show({ type: 'success', content: <Sentence say={t.retired} name={device.name} /> });
      navigate('/devices');
    },
  });
  return (
    <Confirm
      title={<Sentence say={t.retireTitle} name={device.name} />}
      text={t.retireText}
      action={t.retire}
      typed={{ label: <Sentence say={c.typeToConfirm} name={device.name} />, expected: device.name }}
      isPending={retire.isPending}
      error={retire.error}
      onConfirm={() => retire.send({ params: { id: device.id } })}
      onClose={onClose}
    />
  );
};

/** @param onRetired the device is no longer there to be asked for */
export const DeviceActions = ({ device, onRetired }: { device: Device; onRetired: () => void }) => {
  const t = useWords(devicePageWords);
  const [dialog, open] = useDialog({ rename: 'admin', retire: 'admin', restart: 'operator' });
  const close = (): void => open();
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
      {dialog === 'retire' && <Retire device={device} onClose={close} onRetired={onRetired} />}
      {dialog === 'restart' && <RestartDialog target={{ kind: 'devices', devices: [device] }} onClose={close} />}
    </SpaceBetween>
  );
};
