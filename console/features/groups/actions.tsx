/** What can be done with a group: restart all of it, rename it, delete it. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useLocation } from 'wouter';
import { deleteGroup, type Group, getGroup, listGroups, renameGroup } from '../../../lib/api/groups.ts';
import { useChange } from '../../data/change.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { useDialog } from '../../ui/address.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { useDraft } from '../../ui/draft.ts';
import { NameDialog } from '../../ui/name-dialog.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Sentence } from '../../ui/text.tsx';
import { RestartDialog } from '../restart/dialog.tsx';
import type { RestartTarget } from '../restart/order.ts';
import { ALL } from './all.ts';
import { groupWords } from './words.ts';

type Props = { group: Group; onClose: () => void };

const Rename = ({ group, onClose }: Props) => {
  const t = useWords(groupWords);
  const draft = useDraft(`group.${group.id}`, { name: group.name });
  const [, , forget] = draft;
  const rename = useChange(renameGroup, {
    concerns: [getGroup, listGroups],
    onDone: () => {
      forget();
      onClose();
    },
  });
  return (
    <NameDialog
      title={<Sentence say={t.renameTitle} name={group.name} />}
      action={t.rename}
      draft={draft}
      isPending={rename.isPending}
      error={rename.error}
      onName={(name) => rename.send({ params: { id: group.id }, body: { name } })}
      onClose={onClose}
    />
  );
};

const Delete = ({ group, onClose, onDeleted }: Props & { onDeleted: () => void }) => {
  const t = useWords(groupWords);
  const c = useWords(common);
  const [, navigate] = useLocation();
  const remove = useChange(deleteGroup, {
    concerns: [listGroups],
    onDone: () => {
      onDeleted();
      navigate('/groups');
    },
  });
  return (
    <Confirm
      title={<Sentence say={t.removeTitle} name={group.name} />}
      text={t.removeText}
      action={t.remove}
      typed={{ label: <Sentence say={c.typeToConfirm} name={group.name} />, expected: group.name }}
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.send({ params: { id: group.id } })}
      onClose={onClose}
    />
  );
};

const targetOf = ({ id, name, deviceCount }: Group): RestartTarget =>
  id === ALL ? { kind: 'all', deviceCount } : { kind: 'group', id, name, deviceCount };

/** @param onDeleted the group is no longer there to be asked for */
export const GroupActions = ({ group, onDeleted }: { group: Group; onDeleted: () => void }) => {
  const t = useWords(groupWords);
  const [dialog, open] = useDialog({ rename: 'operator', delete: 'operator', restart: 'operator' });
  const close = (): void => open();
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {group.id !== ALL && (
        <>
          <RoleButton needs="operator" onClick={() => open('delete')}>
            {t.remove}
          </RoleButton>
          <RoleButton needs="operator" onClick={() => open('rename')}>
            {t.rename}
          </RoleButton>
        </>
      )}
      <RoleButton needs="operator" variant="primary" disabled={group.deviceCount === 0} onClick={() => open('restart')}>
        {t.restart}
      </RoleButton>
      {dialog === 'rename' && <Rename group={group} onClose={close} />}
      {dialog === 'delete' && <Delete group={group} onClose={close} onDeleted={onDeleted} />}
      {dialog === 'restart' && <RestartDialog target={targetOf(group)} onClose={close} />}
    </SpaceBetween>
  );
};
