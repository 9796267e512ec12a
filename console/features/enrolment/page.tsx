/** The enrolment tokens: create one, see what became of each, revoke one. */
import Header from '@cloudscape-design/components/header';
import { useState } from 'react';
import { type EnrollmentToken, listEnrollmentTokens, revokeEnrollmentToken } from '../../../lib/api/devices.ts';
import { useChange, useList } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { type Column, ListTable } from '../../ui/list-table.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { CreateDialog } from './create-dialog.tsx';
import { type NewToken, TokenDialog } from './token-dialog.tsx';
import { enrolmentWords } from './words.ts';

const REFRESH_MS = 15_000;

const useColumns = (revoke: (token: EnrollmentToken) => void): readonly Column<EnrollmentToken>[] => {
  const t = useWords(enrolmentWords);
  return [
    {
      id: 'created',
      header: t.created,
      minWidth: 150,
      isRowHeader: true,
      cell: ({ createdAt }) => <When at={createdAt} />,
    },
    { id: 'by', header: t.by, minWidth: 120, cell: ({ createdBy }) => <Text>{createdBy}</Text> },
    { id: 'state', header: t.state, minWidth: 120, cell: ({ uses, maxUses }) => t.used(uses, maxUses) },
    { id: 'until', header: t.until, minWidth: 150, cell: ({ expiresAt }) => <When at={expiresAt} /> },
    {
      id: 'revoke',
      header: '',
      minWidth: 120,
      cell: (token) => (
        <RoleButton needs="admin" variant="inline-link" ariaLabel={t.revokeOf(token.id)} onClick={() => revoke(token)}>
          {t.revoke}
        </RoleButton>
      ),
    },
  ];
};

const Revoke = ({ token, onClose }: { token: EnrollmentToken; onClose: () => void }) => {
  const t = useWords(enrolmentWords);
  const revoke = useChange(revokeEnrollmentToken, { concerns: [listEnrollmentTokens], onDone: onClose });
  return (
    <Confirm
      title={t.revokeTitle}
      text={t.revokeText}
      action={t.revoke}
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate({ params: { id: token.id } })}
      onClose={onClose}
    />
  );
};

export const EnrolmentPage = () => {
  const t = useWords(enrolmentWords);
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<NewToken>();
  const [revoking, setRevoking] = useState<EnrollmentToken>();
  const list = useList(listEnrollmentTokens, { limit: '50' }, { everyMs: REFRESH_MS });
  const columns = useColumns(setRevoking);
  const create = (
    <RoleButton needs="admin" variant="primary" onClick={() => setCreating(true)}>
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
      {isCreating && (
        <CreateDialog
          onClose={() => setCreating(false)}
          onCreated={(token) => {
            setCreating(false);
            setCreated(token);
          }}
        />
      )}
      {created && <TokenDialog token={created} onClose={() => setCreated(undefined)} />}
      {revoking && <Revoke token={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
};
