/** The groups: create one, open one. */
import { useLocation } from 'wouter';
import { createGroup, type Group, listGroups } from '../../../lib/api/groups.ts';
import { useChange } from '../../data/change.ts';
import { usePaged } from '../../data/paged.ts';
import { useWords } from '../../messages/language.ts';
import { useDialog } from '../../ui/address.ts';
import { useDraft } from '../../ui/draft.ts';
import { type Column, ListTable } from '../../ui/list-table.tsx';
import { NameDialog } from '../../ui/name-dialog.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { When } from '../../ui/time.tsx';
import { ALL } from './all.ts';
import { groupWords } from './words.ts';

const REFRESH_MS = 30_000;

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
  const draft = useDraft('group.new', { name: '' });
  const [, , forget] = draft;
  const create = useChange(createGroup, {
    concerns: [listGroups],
    onDone: ({ id }) => {
      forget();
      navigate(`/groups/${id}`);
    },
  });
  return (
    <NameDialog
      title={t.createTitle}
      action={t.create}
      draft={draft}
      isPending={create.isPending}
      error={create.error}
      onName={(name) => create.send({ body: { name } })}
      onClose={onClose}
    />
  );
};

export const GroupsPage = () => {
  const t = useWords(groupWords);
  const [dialog, open] = useDialog({ create: 'operator' });
  const list = usePaged(listGroups, { limit: '50' }, { everyMs: REFRESH_MS });
  const columns = useColumns();
  const create = (
    <RoleButton needs="operator" variant="primary" onClick={() => open('create')}>
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
        header={<PageHeader title={t.title} actions={create} />}
        empty={create}
      />
      {dialog === 'create' && <Create onClose={() => open()} />}
    </>
  );
};
