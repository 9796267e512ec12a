/** The remote tasks under way and those that ended within the last hour, over any page. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import { useState } from 'react';
import { listRestartTasks } from '../../../lib/api/restarts.ts';
import { useList } from '../../app/queries.ts';
import { useLive } from '../../live/context.tsx';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { useTaskColumns } from '../jobs/task-columns.tsx';
import { jobWords } from '../jobs/words.ts';

const REFRESH_MS = 5_000;

/** Such as `3`, or `99+` where there are more than the overview counts. */
const useOpenTasks = (): string => {
  const { overview } = useLive();
  if (!overview) return '0';
  return `${overview.openTasks}${overview.more?.includes('openTasks') ? '+' : ''}`;
};

const Panel = ({ onClose }: { onClose: () => void }) => {
  const t = useWords(jobWords);
  const c = useWords(common);
  const list = useList(listRestartTasks, { state: 'recent', limit: '50' }, { everyMs: REFRESH_MS });
  const columns = useTaskColumns();
  return (
    <Modal visible size="max" header={t.taskStatus} closeAriaLabel={c.close} onDismiss={onClose}>
      <ListTable
        label={t.taskStatus}
        list={list}
        columns={columns}
        idOf={({ id }) => id}
        header={list.error && list.data ? <Alert type="warning">{c.refresh}</Alert> : null}
        empty={<Box>{t.noneUnderWay}</Box>}
        variant="borderless"
      />
    </Modal>
  );
};

export const RemoteTasks = () => {
  const t = useWords(jobWords);
  const count = useOpenTasks();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <div className="ra-remote-tasks">
        <Button onClick={() => setOpen(true)}>{t.remoteTasks(count)}</Button>
      </div>
      {isOpen && <Panel onClose={() => setOpen(false)} />}
    </>
  );
};
