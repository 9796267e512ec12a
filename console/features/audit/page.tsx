/** The audit trail: who did what to what, when, from where, and how it ended. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useCallback } from 'react';
import { type AuditEvent, listAuditEvents } from '../../../lib/api/audit.ts';
import { usePaged } from '../../data/paged.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { useFilters } from '../../ui/address.ts';
import type { CsvColumn } from '../../ui/csv.ts';
import { CsvButton } from '../../ui/csv-button.tsx';
import { ListTable } from '../../ui/list-table.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { TypedFilter } from '../../ui/typed-filter.tsx';
import { useColumns } from './columns.tsx';
import { auditWords } from './words.ts';

/** As the API has it, for programs to read. */
const useCsvColumns = (): readonly CsvColumn<AuditEvent>[] => {
  const t = useWords(auditWords);
  return [
    { header: t.when, cell: ({ at }) => at },
    { header: t.who, cell: ({ actor }) => actor.name },
    { header: t.actorFilter, cell: ({ actor }) => actor.id },
    { header: t.what, cell: ({ operation }) => operation },
    { header: t.subject, cell: ({ subject }) => subject.type },
    { header: t.subjectFilter, cell: ({ subject }) => subject.id },
    { header: t.from, cell: ({ sourceIp }) => sourceIp },
    { header: t.outcome, cell: ({ outcome }) => outcome },
  ];
};

export const AuditPage = () => {
  const t = useWords(auditWords);
  const c = useWords(common);
  const [{ actor, subject }, change] = useFilters(['actor', 'subject']);
  const query = { actor, subject };
  const list = usePaged(listAuditEvents, { ...query, limit: '50' });
  const ofActor = useCallback((id: string) => change({ actor: id }), [change]);
  const ofSubject = useCallback((id: string) => change({ subject: id }), [change]);
  const columns = useColumns(ofActor);
  const csvColumns = useCsvColumns();
  const isFiltered = actor !== undefined || subject !== undefined;
  return (
    <ListTable
      label={t.title}
      list={list}
      columns={columns}
      idOf={({ id }) => id}
      header={
        <PageHeader
          title={t.title}
          actions={<CsvButton name="audit" source={{ operation: listAuditEvents, query }} columns={csvColumns} />}
        />
      }
      filter={
        <div className="ra-filters">
          <TypedFilter label={t.actorFilter} value={actor} onChange={ofActor} />
          <TypedFilter label={t.subjectFilter} value={subject} onChange={ofSubject} />
        </div>
      }
      empty={
        <>
          <Box variant="strong">{isFiltered ? t.emptyFiltered : t.empty}</Box>
          {isFiltered ? (
            <Button onClick={() => change({ actor: undefined, subject: undefined })}>{c.clearFilters}</Button>
          ) : (
            <Button onClick={() => void list.refetch()}>{t.readAgain}</Button>
          )}
        </>
      }
    />
  );
};
