/** The audit trail: who did what to what, when, from where, and how it ended. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useEffect, useState } from 'react';
import { type AuditEvent, listAuditEvents } from '../../../lib/api/audit.ts';
import { useList } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { useAddress } from '../../ui/address.ts';
import { CsvButton } from '../../ui/csv-button.tsx';
import { type Column, ListTable } from '../../ui/list-table.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { auditWords } from './words.ts';

const TYPING_MS = 500;

/** `approveAssistanceRequest` as `approve assistance request`: the operations' own ids, readable. */
const spoken = (operation: string): string => operation.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const useColumns = (): readonly Column<AuditEvent>[] => {
  const t = useWords(auditWords);
  return [
    { id: 'when', header: t.when, minWidth: 140, isRowHeader: true, cell: ({ at }) => <When at={at} /> },
    {
      id: 'who',
      header: t.who,
      minWidth: 160,
      cell: ({ actor }) => (
        <>
          <Text>{actor.name}</Text>
          <Box variant="small" display="block">
            {actor.type === 'device' ? t.device : actor.roles?.at(-1)}
          </Box>
        </>
      ),
    },
    { id: 'what', header: t.what, minWidth: 180, cell: ({ operation }) => spoken(operation) },
    {
      id: 'subject',
      header: t.subject,
      minWidth: 200,
      cell: ({ subject }) => (
        <>
          {subject.type}
          <Box variant="small" display="block">
            <Text>{subject.id ?? ''}</Text>
          </Box>
        </>
      ),
    },
    { id: 'from', header: t.from, minWidth: 120, cell: ({ sourceIp }) => sourceIp },
    {
      id: 'outcome',
      header: t.outcome,
      minWidth: 120,
      cell: ({ outcome, status }) => (
        <StatusIndicator type={outcome === 'succeeded' ? 'success' : 'error'}>
          {outcome === 'succeeded' ? t.succeeded : `${t.denied}${status === undefined ? '' : ` (${status})`}`}
        </StatusIndicator>
      ),
    },
  ];
};

/** An id that is typed or pasted counts once the typing pauses. */
const IdFilter = ({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) => {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <Input
      type="search"
      ariaLabel={label}
      placeholder={label}
      value={text}
      onChange={({ detail }) => setText(detail.value)}
    />
  );
};

export const AuditPage = () => {
  const t = useWords(auditWords);
  const [{ actor, subject }, change] = useAddress(['actor', 'subject']);
  const query = { actor, subject };
  const list = useList(listAuditEvents, { ...query, limit: '50' });
  const columns = useColumns();
  const isFiltered = actor !== undefined || subject !== undefined;
  const csv = (
    <CsvButton
      name="audit"
      operation={listAuditEvents}
      query={query}
      header={[t.when, t.who, t.what, t.subject, t.from, t.outcome]}
      row={({ at, actor: by, operation, subject: of, sourceIp, outcome }) => [
        at,
        by.name,
        operation,
        of.id ?? of.type,
        sourceIp,
        outcome,
      ]}
    />
  );
  return (
    <ListTable
      label={t.title}
      list={list}
      columns={columns}
      idOf={({ id }) => id}
      header={
        <Header variant="h1" actions={csv}>
          {t.title}
        </Header>
      }
      filter={
        <Grid gridDefinition={[{ colspan: { default: 12, xs: 6 } }, { colspan: { default: 12, xs: 6 } }]}>
          <IdFilter label={t.actorFilter} value={actor ?? ''} onChange={(value) => change({ actor: value })} />
          <IdFilter label={t.subjectFilter} value={subject ?? ''} onChange={(value) => change({ subject: value })} />
        </Grid>
      }
      empty={
        isFiltered ? (
          <>
            <Box variant="p">{t.emptyFiltered}</Box>
            <Button onClick={() => change({ actor: undefined, subject: undefined })}>{t.clear}</Button>
          </>
        ) : (
          t.empty
        )
      }
    />
  );
};
