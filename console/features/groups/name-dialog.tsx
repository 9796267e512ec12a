/** Asks for a group's name: a new one's, or another one for it. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { useDraft } from '../../ui/draft.ts';
import { Problem } from '../../ui/problem.tsx';
import { Text } from '../../ui/text.tsx';
import { groupWords } from './words.ts';

type NameDialogProps = {
  title: string;
  action: string;
  /** Under which what is typed is kept until it was sent. */
  draft: string;
  initial?: string;
  isPending: boolean;
  error: unknown;
  onName: (name: string, forget: () => void) => void;
  onClose: () => void;
};

export const NameDialog = (props: NameDialogProps) => {
  const { title, action, draft, initial = '', isPending, error, onName, onClose } = props;
  const t = useWords(groupWords);
  const c = useWords(common);
  const [name, setName, forget] = useDraft(draft, initial);
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
              {c.cancel}
            </Button>
            <Button
              variant="primary"
              disabled={name.trim() === ''}
              loading={isPending}
              onClick={() => onName(name.trim(), forget)}
            >
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {error !== null && error !== undefined && <Problem isAction error={error} />}
        <FormField label={t.name}>
          <Input value={name} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
};
