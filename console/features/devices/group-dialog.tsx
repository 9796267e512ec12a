/** Adds the selected devices to a group, and says of each what became of it. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { listDevices } from '../../../lib/api/devices.ts';
import { addGroupMembers, getGroup, listGroups } from '../../../lib/api/groups.ts';
import { useChange } from '../../data/change.ts';
import { useList } from '../../data/read.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Names } from '../../ui/names.tsx';
import { useNotices } from '../../ui/notices.tsx';
import type { Named } from '../../ui/selection.ts';
import { groupWords } from '../groups/words.ts';

/** The most that one call takes. */
const MOST = 1000;

type GroupDialogProps = { devices: readonly Named[]; onClose: () => void; onDone: () => void };

/** All groups that are there, page by page as the choice is scrolled. */
const useGroups = () => {
  const list = useList(listGroups, { limit: '100' });
  const groups = list.data?.pages.flatMap(({ items }) => items).filter(({ id }) => id !== 'all') ?? [];
  const options = groups.map(({ id, name, deviceCount }) => ({ value: id, label: name, tags: [String(deviceCount)] }));
  return { list, options };
};

export const GroupDialog = ({ devices, onClose, onDone }: GroupDialogProps) => {
  const t = useWords(groupWords);
  const c = useWords(common);
  const { show } = useNotices();
  const { list, options } = useGroups();
  const [groupId, setGroupId] = useState<string>();
  const add = useChange(addGroupMembers, {
    concerns: [listGroups, getGroup, listDevices],
    onDone: ({ added, alreadyMembers, unknownDeviceIds, fullDeviceIds }) => {
      const sentences = [
        t.added(added),
        ...(alreadyMembers > 0 ? [t.alreadyMembers(alreadyMembers)] : []),
        ...(unknownDeviceIds.length > 0 ? [t.unknownDevices(unknownDeviceIds.length)] : []),
        ...(fullDeviceIds.length > 0 ? [t.fullDevices(fullDeviceIds.length)] : []),
      ];
      show({ type: fullDeviceIds.length > 0 ? 'warning' : 'success', content: sentences.join(' ') });
      onDone();
      onClose();
    },
  });
  const isTooMany = devices.length > MOST;
  return (
    <FormDialog
      title={t.addTo(devices.length)}
      action={t.add}
      isReady={groupId !== undefined && !isTooMany}
      isPending={add.isPending}
      error={add.error}
      onAction={() => {
        if (groupId !== undefined)
          add.send({ params: { id: groupId }, body: { deviceIds: devices.map(({ id }) => id) } });
      }}
      onClose={onClose}
    >
      {isTooMany && <Alert type="error">{t.tooMany}</Alert>}
      <Box>
        <Names of={devices} />
      </Box>
      <FormField label={t.choose}>
        <Select
          options={options}
          selectedOption={options.find(({ value }) => value === groupId) ?? null}
          placeholder={t.choosePlaceholder}
          filteringType="auto"
          filteringAriaLabel={t.find}
          statusType={list.isFetching ? 'loading' : list.hasNextPage ? 'pending' : 'finished'}
          loadingText={c.loading}
          empty={t.empty}
          onLoadItems={() => void (list.hasNextPage && list.fetchNextPage())}
          onChange={({ detail }) => setGroupId(detail.selectedOption.value)}
        />
      </FormField>
    </FormDialog>
  );
};
