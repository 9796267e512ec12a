/** Asks for a name: a new thing's, or another one for it. */
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import type { ReactNode } from 'react';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import type { Draft } from './draft.ts';
import { FormDialog } from './form-dialog.tsx';

type NameDialogProps = {
  title: ReactNode;
  action: string;
  draft: Draft<{ name: string }>;
  isPending: boolean;
  error: unknown;
  onName: (name: string) => void;
  onClose: () => void;
};

export const NameDialog = ({ title, action, draft, isPending, error, onName, onClose }: NameDialogProps) => {
  const t = useWords(common);
  const [{ name }, change, forget] = draft;
  return (
    <FormDialog
      title={title}
      action={action}
      isReady={name.trim() !== ''}
      isPending={isPending}
      error={error}
      onAction={() => onName(name.trim())}
      onClose={() => {
        forget();
        onClose();
      }}
    >
      <FormField label={t.name}>
        <Input value={name} onChange={({ detail }) => change({ name: detail.value })} />
      </FormField>
    </FormDialog>
  );
};
