/** Asks for how many PCs, how long and into which group a new token is. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { createEnrollmentToken, listEnrollmentTokens } from '../../../lib/api/devices.ts';
import { listGroups } from '../../../lib/api/groups.ts';
import { useChange, useList } from '../../app/queries.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { Problem } from '../../ui/problem.tsx';
import type { NewToken } from './token-dialog.tsx';
import { enrolmentWords } from './words.ts';

type CreateDialogProps = { onCreated: (token: NewToken) => void; onClose: () => void };

const useGroupOptions = () => {
  const t = useWords(enrolmentWords);
  const list = useList(listGroups, { limit: '100' });
  const groups = list.data?.pages.flatMap(({ items }) => items).filter(({ id }) => id !== 'all') ?? [];
  return [{ value: '', label: t.noGroup }, ...groups.map(({ id, name }) => ({ value: id, label: name }))];
};

export const CreateDialog = ({ onCreated, onClose }: CreateDialogProps) => {
  const t = useWords(enrolmentWords);
  const c = useWords(common);
  const [form, setForm] = useState({ maxUses: '1', expiresInHours: '24', groupId: '', mayReplace: false });
  const options = useGroupOptions();
  const create = useChange(createEnrollmentToken, { concerns: [listEnrollmentTokens], onDone: onCreated });
  const change = (changed: Partial<typeof form>) => setForm((before) => ({ ...before, ...changed }));
  const send = () =>
    create.mutate({
      body: {
        maxUses: Number(form.maxUses),
        expiresInHours: Number(form.expiresInHours),
        mayReplace: form.mayReplace,
        ...(form.groupId !== '' && { groupId: form.groupId }),
      },
    });
  return (
    <Modal
      visible
      header={t.createTitle}
      closeAriaLabel={c.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {c.cancel}
            </Button>
            <Button variant="primary" loading={create.isPending} onClick={send}>
              {t.create}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {create.error && <Problem isAction error={create.error} />}
        <FormField label={t.uses}>
          <Input type="number" value={form.maxUses} onChange={({ detail }) => change({ maxUses: detail.value })} />
        </FormField>
        <FormField label={t.hours}>
          <Input
            type="number"
            value={form.expiresInHours}
            onChange={({ detail }) => change({ expiresInHours: detail.value })}
          />
        </FormField>
        <FormField label={t.group}>
          <Select
            options={options}
            selectedOption={options.find(({ value }) => value === form.groupId) ?? null}
            onChange={({ detail }) => change({ groupId: detail.selectedOption.value ?? '' })}
          />
        </FormField>
        <Checkbox checked={form.mayReplace} onChange={({ detail }) => change({ mayReplace: detail.checked })}>
          {t.mayReplace}
        </Checkbox>
      </SpaceBetween>
    </Modal>
  );
};
