/** The dialog that orders a restart: what it would reach, its fields, and from ten devices on a number to type. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { listDevices } from '../../../lib/api/devices.ts';
import {
  listRestartJobs,
  listRestartTasks,
  orderRestart,
  previewRestart,
  type RestartOrder,
} from '../../../lib/api/restarts.ts';
import { useNotices } from '../../app/notices.tsx';
import { useChange, useRead } from '../../app/queries.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { useDraft } from '../../ui/draft.ts';
import { PageLink } from '../../ui/page-link.tsx';
import { Problem } from '../../ui/problem.tsx';
import { Text } from '../../ui/text.tsx';
import { OrderFields } from './fields.tsx';
import { CONFIRMED_FROM, countOf, MOST_NAMED, NEW_ORDER, orderOf, type RestartTarget, startOf } from './order.ts';
import { Preview } from './preview.tsx';
import { restartWords } from './words.ts';

type RestartDialogProps = {
  target: RestartTarget;
  onClose: () => void;
  /** After the order was accepted. */
  onOrdered?: () => void;
};

const useTitle = (target: RestartTarget, count: number): string => {
  const t = useWords(restartWords);
  if (target.kind === 'all') return t.restartAll(count);
  if (target.kind === 'group') return t.restartGroup(count, target.name);
  const [only] = target.devices;
  return count === 1 && only ? t.restartOne(only.name) : t.restartMany(count);
};

/** The order as it is written, its message kept as a draft. */
const useOrderForm = () => {
  const [message, setMessage, forget] = useDraft('restart.message');
  const [fields, setFields] = useState(NEW_ORDER);
  const form = { ...fields, message };
  const change = ({ message: written, ...rest }: Partial<typeof form>): void => {
    if (written !== undefined) setMessage(written);
    setFields((before) => ({ ...before, ...rest }));
  };
  return { form, change, forget };
};

export const RestartDialog = ({ target, onClose, onOrdered }: RestartDialogProps) => {
  const t = useWords(restartWords);
  const c = useWords(common);
  const { show } = useNotices();
  const { form, change, forget } = useOrderForm();
  const [typed, setTyped] = useState('');
  const isTooMany = target.kind === 'devices' && target.devices.length > MOST_NAMED;
  // The preview of the target alone: the fields change no count, and it is asked for once.
  const body = orderOf(target, NEW_ORDER) as RestartOrder;
  const preview = useRead(previewRestart, { body }, { enabled: !isTooMany });
  const count = preview.data?.deviceCount ?? countOf(target);
  const title = useTitle(target, count);
  const order = useChange(orderRestart, {
    concerns: [listDevices, listRestartJobs, listRestartTasks],
    onDone: ({ id }) => {
      forget();
      show({
        type: 'success',
        content: (
          <>
            {t.ordered} <PageLink to={`/jobs/${id}`}>{t.follow}</PageLink>
          </>
        ),
      });
      onOrdered?.();
      onClose();
    },
  });
  const start = form.start && startOf(form.start);
  const isConfirmed = count < CONFIRMED_FROM || typed === String(count);
  const mayOrder = isConfirmed && !isTooMany && preview.data !== undefined && (!form.start || start !== undefined);
  return (
    <Modal
      visible
      size="medium"
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
              disabled={!mayOrder}
              loading={order.isPending}
              onClick={() => order.mutate({ body: orderOf(target, form) as RestartOrder })}
            >
              {form.start ? t.schedule : t.restartNow}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {order.error && <Problem isAction error={order.error} />}
        {isTooMany ? (
          <Alert type="error">{t.tooMany}</Alert>
        ) : (
          <Preview preview={preview.data} error={preview.error} onRetry={() => void preview.refetch()} />
        )}
        {target.kind === 'all' && target.except && target.except.length > 0 && (
          <Box>
            {t.except(target.except.length)}: <Text>{target.except.map(({ name }) => name).join(', ')}</Text>
          </Box>
        )}
        <OrderFields form={form} onChange={change} />
        {count >= CONFIRMED_FROM && (
          <FormField label={t.typeToConfirm(count)}>
            <Input
              value={typed}
              onChange={({ detail }) => setTyped(detail.value)}
              inputMode="numeric"
              autoComplete={false}
            />
          </FormField>
        )}
      </SpaceBetween>
    </Modal>
  );
};
