/** A question before something that cannot be taken back. Enter alone answers nothing. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { Problem } from './problem.tsx';
import { Text } from './text.tsx';

type ConfirmProps = {
  title: string;
  text: string;
  /** The button that does it. */
  action: string;
  /** The button that does not; "Cancel" where it is absent. */
  keep?: string;
  /** A text to type first, and the field's label. */
  typed?: { label: string; expected: string };
  isPending: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
};

export const Confirm = ({ title, text, action, keep, typed, isPending, error, onConfirm, onClose }: ConfirmProps) => {
  const c = useWords(common);
  const [value, setValue] = useState('');
  const isConfirmed = !typed || value === typed.expected;
  return (
    <Modal
      visible
      header={<Text>{title}</Text>}
      closeAriaLabel={c.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {keep ?? c.cancel}
            </Button>
            <Button variant="primary" disabled={!isConfirmed} loading={isPending} onClick={onConfirm}>
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {error !== undefined && error !== null && <Problem isAction error={error} />}
        <Box>{text}</Box>
        {typed && (
          <FormField label={<Text>{typed.label}</Text>}>
            <Input value={value} autoComplete={false} onChange={({ detail }) => setValue(detail.value)} />
          </FormField>
        )}
      </SpaceBetween>
    </Modal>
  );
};
