/** Asks for how many PCs, how long and into which group a new token is. */
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { createEnrollmentToken, listEnrollmentTokens } from '../../../lib/api/devices.ts';
import { listGroups } from '../../../lib/api/groups.ts';
import { useChange } from '../../data/change.ts';
import { useList } from '../../data/read.ts';
import { useWords } from '../../messages/language.ts';
import { useDraft } from '../../ui/draft.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import type { NewToken } from './token-dialog.tsx';
import { enrolmentWords } from './words.ts';

type CreateDialogProps = { onCreated: (token: NewToken) => void; onClose: () => void };

const NEW = { maxUses: '1', expiresInHours: '24', groupId: '', mayReplace: false };

const useGroupOptions = () => {
  const t = useWords(enrolmentWords);
  const list = useList(listGroups, { limit: '100' });
  const groups = list.data?.pages.flatMap(({ items }) => items).filter(({ id }) => id !== 'all') ?? [];
  return [{ value: '', label: t.noGroup }, ...groups.map(({ id, name }) => ({ value: id, label: name }))];
};

export const CreateDialog = ({ onCreated, onClose }: CreateDialogProps) => {
  const t = useWords(enrolmentWords);
  const [form, change, forget] = useDraft('enrolment', NEW);
  const options = useGroupOptions();
  const create = useChange(createEnrollmentToken, {
    concerns: [listEnrollmentTokens],
    onDone: (token) => {
      forget();
      onCreated(token);
    },
  });
  const { maxUses, expiresInHours, groupId, mayReplace } = form;
  const body = {
    maxUses: Number(maxUses),
    expiresInHours: Number(expiresInHours),
    mayReplace,
    ...(groupId !== '' && { groupId }),
  };
  return (
    <FormDialog
      title={t.createTitle}
      action={t.createAction}
      isReady={maxUses !== '' && expiresInHours !== ''}
      isPending={create.isPending}
      error={create.error}
      onAction={() => create.send({ body })}
      onClose={() => {
        forget();
        onClose();
      }}
    >
      <FormField label={t.uses} constraintText={t.usesHint}>
        <Input type="number" value={maxUses} onChange={({ detail }) => change({ maxUses: detail.value })} />
      </FormField>
      <FormField label={t.hours} constraintText={t.hoursHint}>
        <Input
          type="number"
          value={expiresInHours}
          onChange={({ detail }) => change({ expiresInHours: detail.value })}
        />
      </FormField>
      <FormField label={t.group}>
        <Select
          options={options}
          selectedOption={options.find(({ value }) => value === groupId) ?? null}
          onChange={({ detail }) => change({ groupId: detail.selectedOption.value ?? '' })}
        />
      </FormField>
      <Checkbox checked={mayReplace} onChange={({ detail }) => change({ mayReplace: detail.checked })}>
        {t.mayReplace}
      </Checkbox>
    </FormDialog>
  );
};
