/** A dialog with a form: its fields, what went wrong, a button that does it and one that does not. */
import Box from '@cloudscape-design/components/box';
import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import Modal, { type ModalProps } from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { Problem } from './problem.tsx';

type FormDialogProps = {
  title: ReactNode;
  /** The button that does it. */
  action: string;
  /** The button that does not; "Cancel" where it is absent. */
  keep?: string | undefined;
  isReady?: boolean;
  isPending: boolean;
  error: unknown;
  size?: ModalProps.Size;
  /** More of the button that does it. */
  actionProps?: Pick<ButtonProps, 'nativeButtonAttributes'>;
  onAction: () => void;
  onClose: () => void;
  children: ReactNode;
};

export const FormDialog = (props: FormDialogProps) => {
  const { title, action, keep, isReady = true, isPending, error, size = 'medium', actionProps, children } = props;
  const t = useWords(common);
  return (
    <Modal
      visible
      size={size}
      header={title}
      closeAriaLabel={t.close}
      onDismiss={props.onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={props.onClose}>
              {keep ?? t.cancel}
            </Button>
            <Button {...actionProps} variant="primary" disabled={!isReady} loading={isPending} onClick={props.onAction}>
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <div className="ra-stack">
        {children}
        {error !== undefined && error !== null && <Problem isAction error={error} />}
      </div>
    </Modal>
  );
};
