/** The enrolment tokens: create one, see what became of each, revoke one. */
import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { type EnrollmentToken, listEnrollmentTokens, revokeEnrollmentToken } from '../../../lib/api/devices.ts';
import { useChange } from '../../data/change.ts';
import { usePaged } from '../../data/paged.ts';
import { useWords } from '../../messages/language.ts';
import { useDialog } from '../../ui/address.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { type Column, ListTable } from '../../ui/list-table.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { serverNow } from '../../ui/server-time.ts';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { CreateDialog } from './create-dialog.tsx';
import { type NewToken, TokenDialog } from './token-dialog.tsx';
import { enrolmentWords } from './words.ts';

const REFRESH_MS = 15_000;

const TokenState = ({ token: { uses, maxUses, expiresAt } }: { token: EnrollmentToken }) => {
  const t = useWords(enrolmentWords);
  if (uses >= maxUses) return <StatusIndicator type="stopped">{t.spent}</StatusIndicator>;
  if (Date.parse(expiresAt) <= serverNow()) return <StatusIndicator type="stopped">{t.over}</StatusIndicator>;
  return <StatusIndicator type="success">{t.valid}</StatusIndicator>;
};

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
    { id: 'state', header: t.state, minWidth: 120, cell: (token) => <TokenState token={token} /> },
    { id: 'used', header: t.usedFor, minWidth: 120, cell: ({ uses, maxUses }) => t.used(uses, maxUses) },
    { id: 'until', header: t.until, minWidth: 150, cell: ({ expiresAt }) => <When at={expiresAt} /> },
    {
      id: 'revoke',
      header: t.action,
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
      onConfirm={() => revoke.send({ params: { id: token.id } })}
      onClose={onClose}
    />
  );
};

export const EnrolmentPage = () => {
  const t = useWords(enrolmentWords);
  const [dialog, open] = useDialog({ create: 'admin' });
  const [created, setCreated] = useState<NewToken>();
  const [revoking, setRevoking] = useState<EnrollmentToken>();
  const list = usePaged(listEnrollmentTokens, { limit: '50' }, { everyMs: REFRESH_MS });
  const columns = useColumns(setRevoking);
  const create = (
    <RoleButton needs="admin" variant="primary" onClick={() => open('create')}>
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
        empty={
          <>
            <Box variant="strong">{t.empty}</Box>
            <Box>{t.emptyHint}</Box>
          </>
        }
      />
      {dialog === 'create' && (
        <CreateDialog
          onClose={() => open()}
          onCreated={(token) => {
            open();
            setCreated(token);
          }}
        />
      )}
      {created && <TokenDialog token={created} onClose={() => setCreated(undefined)} />}
      {revoking && <Revoke token={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
};
