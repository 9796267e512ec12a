/** The remote tasks, from every page: how many are under way, and a panel with each and those that ended lately. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { listRestartTasks } from '../../../lib/api/restarts.ts';
import { usePaged } from '../../data/paged.ts';
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
  const [location, navigate] = useLocation();
  const [openedAt] = useState(location);
  // A link to a device leads away from it.
  useEffect(() => {
    if (location !== openedAt) onClose();
  }, [location, openedAt, onClose]);
  const list = usePaged(listRestartTasks, { state: 'recent', limit: '50' }, { everyMs: REFRESH_MS, pageIn: 'memory' });
  const columns = useTaskColumns();
  return (
    <Modal visible size="max" header={t.taskStatus} closeAriaLabel={c.close} onDismiss={onClose}>
      <ListTable
        label={t.taskStatus}
        list={list}
        columns={columns}
        idOf={({ id }) => id}
        header={null}
        empty={
          <>
            <Box variant="strong">{t.noneUnderWay}</Box>
            <Button onClick={() => (location === '/devices' ? onClose() : navigate('/devices'))}>
              {t.restartDevices}
            </Button>
          </>
        }
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
        <Button iconName="status-in-progress" onClick={() => setOpen(true)}>
          {t.remoteTasks(count)}
        </Button>
      </div>
      {isOpen && <Panel onClose={() => setOpen(false)} />}
    </>
  );
};
