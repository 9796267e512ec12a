/** The groups: create one, open one. */
import Header from '@cloudscape-design/components/header';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { createGroup, type Group, listGroups } from '../../../lib/api/groups.ts';
import { useChange, useList } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { type Column, ListTable } from '../../ui/list-table.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { When } from '../../ui/time.tsx';
import { NameDialog } from './name-dialog.tsx';
import { groupWords } from './words.ts';

/** The group that is every device. */
export const ALL = 'all';

const useColumns = (): readonly Column<Group>[] => {
  const t = useWords(groupWords);
  return [
    {
      id: 'name',
      header: t.name,
      minWidth: 200,
      isRowHeader: true,
      cell: ({ id, name }) => <PageLink to={`/groups/${id}`}>{id === ALL ? t.all : name}</PageLink>,
    },
    { id: 'devices', header: t.devices, minWidth: 100, cell: ({ deviceCount }) => deviceCount },
    {
      id: 'created',
      header: t.created,
      minWidth: 150,
      cell: ({ id, createdAt }) => (id === ALL ? '–' : <When at={createdAt} />),
    },
  ];
};

const Create = ({ onClose }: { onClose: () => void }) => {
  const t = useWords(groupWords);
  const [, navigate] = useLocation();
  const create = useChange(createGroup, { concerns: [listGroups] });
  return (
    <NameDialog
      title={t.createTitle}
      action={t.create}
      draft="group.new"
      isPending={create.isPending}
      error={create.error}
      onClose={onClose}
      onName={(name, forget) =>
        create.mutate(
          { body: { name } },
          {
            onSuccess: ({ id }) => {
              forget();
              navigate(`/groups/${id}`);
            },
          },
        )
      }
    />
  );
};

export const GroupsPage = () => {
  const t = useWords(groupWords);
  const [isCreating, setCreating] = useState(false);
  const list = useList(listGroups, { limit: '50' });
  const columns = useColumns();
  const create = (
    <RoleButton needs="operator" variant="primary" onClick={() => setCreating(true)}>
      {t.create}
    </RoleButton>
  );
  return (
    <>
      <ListTable
        label={t.title}
        list={list}
        columns={columns}
        idOf={({ id }) => id}
        header={
          <Header variant="h1" actions={create}>
            {t.title}
          </Header>
        }
        empty={t.empty}
      />
      {isCreating && <Create onClose={() => setCreating(false)} />}
    </>
  );
};
