/** Adds the selected devices to a group, and says of each what became of it. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { listDevices } from '../../../lib/api/devices.ts';
import { addGroupMembers, getGroup, listGroups } from '../../../lib/api/groups.ts';
import { useNotices } from '../../app/notices.tsx';
import { useChange, useList } from '../../app/queries.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { Problem } from '../../ui/problem.tsx';
import type { Named } from '../../ui/selection.ts';
import { groupWords } from '../groups/words.ts';
import { restartWords } from '../restart/words.ts';

/** The most that one call takes. */
const MOST = 1000;

type GroupDialogProps = { devices: readonly Named[]; onClose: () => void; onDone: () => void };

/** All groups that are there, page by page as the choice is scrolled. */
const useGroups = () => {
  const list = useList(listGroups, { limit: '100' });
  const groups = list.data?.pages.flatMap(({ items }) => items).filter(({ id }) => id !== 'all') ?? [];
  return {
    list,
    options: groups.map(({ id, name, deviceCount }) => ({ value: id, label: name, tags: [String(deviceCount)] })),
  };
};

export const GroupDialog = ({ devices, onClose, onDone }: GroupDialogProps) => {
  const t = useWords(groupWords);
  const c = useWords(common);
  const restart = useWords(restartWords);
  const { show } = useNotices();
  const { list, options } = useGroups();
  const [groupId, setGroupId] = useState<string>();
  const add = useChange(addGroupMembers, {
    concerns: [listGroups, getGroup, listDevices],
    onDone: ({ added, alreadyMembers, unknownDeviceIds, fullDeviceIds }) => {
      const sentences = [
        t.added(added, alreadyMembers),
        ...(unknownDeviceIds.length > 0 ? [t.unknownDevices(unknownDeviceIds.length)] : []),
        ...(fullDeviceIds.length > 0 ? [t.fullDevices(fullDeviceIds.length)] : []),
      ];
      show({ type: fullDeviceIds.length > 0 ? 'warning' : 'success', content: sentences.join(' ') });
      onDone();
      onClose();
    },
  });
  const isTooMany = devices.length > MOST;
  const send = (id: string) => add.mutate({ params: { id }, body: { deviceIds: devices.map((device) => device.id) } });
  return (
    <Modal
      visible
      header={t.addTo(devices.length)}
      closeAriaLabel={c.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {c.cancel}
            </Button>
            <Button
              variant="primary"
              disabled={groupId === undefined || isTooMany}
              loading={add.isPending}
              onClick={() => groupId !== undefined && send(groupId)}
            >
              {t.add}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {isTooMany && <Alert type="error">{restart.tooMany}</Alert>}
        {add.error && <Problem isAction error={add.error} />}
        <FormField label={t.choose}>
          <Select
            options={options}
            selectedOption={options.find(({ value }) => value === groupId) ?? null}
            filteringType="auto"
            filteringAriaLabel={t.find}
            statusType={list.isFetching ? 'loading' : list.hasNextPage ? 'pending' : 'finished'}
            loadingText={c.loading}
            empty={t.empty}
            onLoadItems={() => void (list.hasNextPage && list.fetchNextPage())}
            onChange={({ detail }) => setGroupId(detail.selectedOption.value)}
          />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
};
