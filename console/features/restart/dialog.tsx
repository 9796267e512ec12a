/** The dialog that orders a restart: what it would reach, its fields, and from ten devices on a number to type. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { type KeyboardEvent, useState } from 'react';
import { listDevices } from '../../../lib/api/devices.ts';
import { listRestartJobs, listRestartTasks, orderRestart, previewRestart } from '../../../lib/api/restarts.ts';
import { useChange } from '../../data/change.ts';
import { useRead } from '../../data/read.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { useDraft } from '../../ui/draft.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Names } from '../../ui/names.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { serverNow } from '../../ui/server-time.ts';
import { Sentence } from '../../ui/text.tsx';
import { Exceptions } from './exceptions.tsx';
import { OrderFields } from './fields.tsx';
import {
  CONFIRMED_FROM,
  countOf,
  instantOf,
  MOST_NAMED,
  NEW_ORDER,
  namedIn,
  type OrderForm,
  orderOf,
  type RestartTarget,
  withoutNamed,
} from './order.ts';
import { Preview } from './preview.tsx';
import { restartWords } from './words.ts';

type RestartDialogProps = {
  target: RestartTarget;
  onClose: () => void;
  /** After the order was accepted. */
  onOrdered?: () => void;
};

const Title = ({ target, count }: { target: RestartTarget; count: number }) => {
  const t = useWords(restartWords);
  if (target.kind === 'all') return t.restartAll(count);
  if (target.kind === 'group') return <Sentence say={(name) => t.restartGroup(count, name)} name={target.name} />;
  const [only] = target.devices;
  return count === 1 && only ? <Sentence say={t.restartOne} name={only.name} /> : t.restartMany(count);
};

/** A restart is not ordered by the key that was meant for another field: the button takes a click, or the space bar. */
const WITHOUT_ENTER = {
  onKeyDown: (event: KeyboardEvent) => {
    if (event.key === 'Enter') event.preventDefault();
  },
};

/** What is selected is an exception from a group only once somebody says so. */
const idsOfExceptions = (target: RestartTarget): ReadonlySet<string> =>
  new Set(target.kind === 'devices' ? [] : namedIn(target).map(({ id }) => id));

const draftName = (target: RestartTarget): string =>
  `restart.${target.kind === 'group' ? target.id : target.kind === 'all' ? 'all' : 'devices'}`;

/** Whether the start that was chosen can be one. */
const isStartReady = ({ start }: OrderForm): boolean => start === null || (instantOf(start) ?? 0) > serverNow();

export const RestartDialog = ({ target: given, onClose, onOrdered }: RestartDialogProps) => {
  const t = useWords(restartWords);
  const c = useWords(common);
  const { show } = useNotices();
  const [form, change, forget] = useDraft(draftName(given), NEW_ORDER);
  const [ignored, ignore] = useState(() => idsOfExceptions(given));
  const [typed, setTyped] = useState('');
  const target = withoutNamed(given, ignored);
  const isTooMany = namedIn(target).length > MOST_NAMED;
  // Of the fields, the start alone changes what would be reached.
  const body = orderOf(target, { ...NEW_ORDER, start: form.start });
  const isNobody = target.kind === 'devices' && target.devices.length === 0;
  const preview = useRead(previewRestart, { body }, { enabled: !isTooMany && !isNobody });
  const reach = preview.isFetching ? undefined : preview.data;
  const count = preview.data?.deviceCount ?? countOf(target);
  const close = (): void => {
    forget();
    onClose();
  };
  const order = useChange(orderRestart, {
    concerns: [listDevices, listRestartJobs, listRestartTasks],
    onDone: ({ id }) => {
      const follow = (
        <>
          {t.ordered} <PageLink to={`/jobs/${id}`}>{t.follow}</PageLink>
        </>
      );
      show({ type: 'success', content: follow });
      onOrdered?.();
      close();
    },
  });
  const isConfirmed = count < CONFIRMED_FROM || typed === String(count);
  const isPossible = reach !== undefined && reach.unknownDeviceIds.length === 0 && reach.deviceCount > 0;
  return (
    <FormDialog
      title={<Title target={target} count={count} />}
      action={form.start ? t.schedule : t.restartNow}
      actionProps={{ nativeButtonAttributes: WITHOUT_ENTER }}
      isReady={isPossible && isConfirmed && !isTooMany && isStartReady(form)}
      isPending={order.isPending}
      error={order.error}
      onAction={() => order.send({ body: orderOf(target, form) })}
      onClose={close}
    >
      {isTooMany && <Alert type="error">{t.tooMany}</Alert>}
      {!isTooMany && !isNobody && (
        <Preview
          preview={reach}
          error={preview.error}
          named={namedIn(target)}
          onRetry={() => void preview.refetch()}
          onLeaveOut={(ids) => ignore(new Set([...ignored, ...ids]))}
        />
      )}
      {target.kind === 'devices' && target.devices.length > 1 && (
        <Box>
          <Names of={target.devices} />
        </Box>
      )}
      <Exceptions given={given} ignored={ignored} onChange={ignore} />
      <OrderFields form={form} onChange={change} />
      {count >= CONFIRMED_FROM && (
        <FormField label={c.typeToConfirm(String(count))}>
          <Input
            value={typed}
            onChange={({ detail }) => setTyped(detail.value.trim())}
            inputMode="numeric"
            autoComplete={false}
          />
        </FormField>
      )}
    </FormDialog>
  );
};
