/** A question before something that cannot be taken back. Enter alone answers nothing. */
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { type ReactNode, useState } from 'react';
import { FormDialog } from './form-dialog.tsx';

type ConfirmProps = {
  title: ReactNode;
  text: string;
  /** The button that does it. */
  action: string;
  /** The button that does not; "Cancel" where it is absent. */
  keep?: string;
  /** A text to type first, and the field's label. */
  typed?: { label: ReactNode; expected: string };
  isPending: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
};

/** Devices' names may have blanks at their ends, or two in a row, which nobody sees. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

export const Confirm = ({ title, text, action, keep, typed, isPending, error, onConfirm, onClose }: ConfirmProps) => {
  const [value, setValue] = useState('');
  return (
    <FormDialog
      title={title}
      action={action}
      keep={keep}
      isReady={!typed || plain(value) === plain(typed.expected)}
      isPending={isPending}
      error={error}
      onAction={onConfirm}
      onClose={onClose}
    >
      <Box>{text}</Box>
      {typed && (
        <FormField label={typed.label}>
          <Input value={value} autoComplete={false} onChange={({ detail }) => setValue(detail.value)} />
        </FormField>
      )}
    </FormDialog>
  );
};
