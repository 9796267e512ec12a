/** What can be done with a group: restart all of it, rename it, delete it. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { deleteGroup, type Group, getGroup, listGroups, renameGroup } from '../../../lib/api/groups.ts';
import { useChange } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { RestartDialog } from '../restart/dialog.tsx';
import { NameDialog } from './name-dialog.tsx';
import { ALL } from './page.tsx';
import { groupWords } from './words.ts';

type Props = { group: Group; onClose: () => void };

const Rename = ({ group, onClose }: Props) => {
  const t = useWords(groupWords);
  const rename = useChange(renameGroup, { concerns: [getGroup, listGroups] });
  return (
    <NameDialog
      title={t.renameTitle(group.name)}
      action={t.rename}
      draft={`group.${group.id}`}
      initial={group.name}
      isPending={rename.isPending}
      error={rename.error}
      onClose={onClose}
      onName={(name, forget) =>
        rename.mutate(
          { params: { id: group.id }, body: { name } },
          {
            onSuccess: () => {
              forget();
              onClose();
            },
          },
        )
      }
    />
  );
};

const Delete = ({ group, onClose, onDeleting }: Props & { onDeleting: () => void }) => {
  const t = useWords(groupWords);
  const [, navigate] = useLocation();
  const remove = useChange(deleteGroup, {
    concerns: [listGroups],
    onDone: () => {
      onDeleting();
      navigate('/groups');
    },
  });
  return (
    <Confirm
      title={t.removeTitle(group.name)}
      text={t.removeText}
      action={t.remove}
      typed={{ label: t.typeName(group.name), expected: group.name }}
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { id: group.id } })}
      onClose={onClose}
    />
  );
};

type Dialog = 'rename' | 'delete' | 'restart';

export const GroupActions = ({ group, onDeleting }: { group: Group; onDeleting: () => void }) => {
  const t = useWords(groupWords);
  const [dialog, open] = useState<Dialog>();
  const close = () => open(undefined);
  const target =
    group.id === ALL
      ? ({ kind: 'all', deviceCount: group.deviceCount } as const)
      : ({ kind: 'group', id: group.id, name: group.name, deviceCount: group.deviceCount } as const);
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
      {dialog === 'delete' && <Delete group={group} onClose={close} onDeleting={onDeleting} />}
      {dialog === 'restart' && <RestartDialog target={target} onClose={close} />}
    </SpaceBetween>
  );
};
