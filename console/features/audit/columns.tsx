/** The columns of the audit trail. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AuditEvent } from '../../../lib/api/audit.ts';
import { common } from '../../messages/common.ts';
import { useLanguage, useWords } from '../../messages/language.ts';
import type { Column } from '../../ui/list-table.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { subjectAddress } from '../../ui/subject-address.ts';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { operationWords } from './operation-words.ts';
import { auditWords } from './words.ts';

const Who = ({ event: { actor }, onActor }: { event: AuditEvent; onActor: (id: string) => void }) => {
  const t = useWords(auditWords);
  const { roles } = useWords(common);
  const highest = actor.roles?.at(-1);
  return (
    <>
      <Button variant="inline-link" ariaLabel={t.onlyOf(actor.name)} onClick={() => onActor(actor.id)}>
        <Text>{actor.name}</Text>
      </Button>
      <Box variant="small" display="block">
        {actor.type === 'device' ? t.device : highest && roles[highest]}
      </Box>
    </>
  );
};

const Subject = ({ event: { subject } }: { event: AuditEvent }) => {
  const { subjects } = useWords(auditWords);
  const { type, id } = subject;
  const to = id === undefined ? undefined : subjectAddress({ type, id });
  const name = subjects[type] ?? type;
  return (
    <>
      {to === undefined ? name : <PageLink to={to}>{name}</PageLink>}
      <Box variant="small" display="block">
        <Text>{id ?? ''}</Text>
      </Box>
    </>
  );
};

/** @param onActor shows only what this one did */
export const useColumns = (onActor: (id: string) => void): readonly Column<AuditEvent>[] => {
  const t = useWords(auditWords);
  const language = useLanguage();
  return [
    { id: 'when', header: t.when, minWidth: 140, isRowHeader: true, cell: ({ at }) => <When at={at} /> },
    { id: 'who', header: t.who, minWidth: 150, cell: (event) => <Who event={event} onActor={onActor} /> },
    { id: 'what', header: t.what, minWidth: 180, cell: ({ operation }) => operationWords(language, operation) },
    { id: 'subject', header: t.subject, minWidth: 180, cell: (event) => <Subject event={event} /> },
    { id: 'from', header: t.from, minWidth: 110, cell: ({ sourceIp }) => <Text>{sourceIp}</Text> },
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
