/** The open help requests, the one that waits longest first; or those of another state. */
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { ASSISTANCE_STATES, type AssistanceRequest, listAssistanceRequests } from '../../../lib/api/assistance.ts';
import { useList } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import { useAddress } from '../../ui/address.ts';
import { type Column, ListTable } from '../../ui/list-table.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Text } from '../../ui/text.tsx';
import { Left, Since } from '../../ui/time.tsx';
import { FirstSteps } from './first-steps.tsx';
import { RequestState } from './state.tsx';
import { requestWords } from './words.ts';

const OPEN = 'open';
const REFRESH_MS = 30_000;
const SHOWN_OF_MESSAGE = 140;

const shortened = (message: string): string =>
  message.length > SHOWN_OF_MESSAGE ? `${message.slice(0, SHOWN_OF_MESSAGE)}…` : message;

const useColumns = (): readonly Column<AssistanceRequest>[] => {
  const t = useWords(requestWords);
  return [
    {
      id: 'person',
      minWidth: 140,
      header: t.person,
      isRowHeader: true,
      cell: ({ id, requester }) => <PageLink to={`/requests/${id}`}>{requester.name}</PageLink>,
    },
    {
      id: 'device',
      minWidth: 140,
      header: t.device,
      cell: ({ deviceId, deviceName }) => <PageLink to={`/devices/${deviceId}`}>{deviceName}</PageLink>,
    },
    { id: 'message', minWidth: 220, header: t.message, cell: ({ message }) => <Text>{shortened(message)}</Text> },
    { id: 'state', minWidth: 140, header: t.state, cell: ({ state }) => <RequestState state={state} /> },
    { id: 'waits', minWidth: 110, header: t.waits, cell: ({ createdAt }) => <Since at={createdAt} /> },
    {
      id: 'goneIn',
      minWidth: 110,
      header: t.goneIn,
      cell: ({ expiresAt }) => (expiresAt ? <Left at={expiresAt} /> : '–'),
    },
  ];
};

const StateFilter = ({ state, onChange }: { state: string; onChange: (state: string | undefined) => void }) => {
  const t = useWords(requestWords);
  const states = useWords(stateWords);
  const options = [
    { value: OPEN, label: t.open },
    ...ASSISTANCE_STATES.map((each) => ({ value: each as string, label: states.request[each] })),
  ];
  return (
    <Select
      ariaLabel={t.show}
      options={options}
      selectedOption={options.find(({ value }) => value === state) ?? null}
      onChange={({ detail }) => {
        const { value } = detail.selectedOption;
        onChange(value === OPEN ? undefined : value);
      }}
    />
  );
};

export const RequestsPage = () => {
  const t = useWords(requestWords);
  const [{ state = OPEN, deviceId }, change] = useAddress(['state', 'deviceId']);
  const list = useList(listAssistanceRequests, { state, deviceId, limit: '50' }, { everyMs: REFRESH_MS });
  const columns = useColumns();
  return (
    <SpaceBetween size="l">
      <FirstSteps />
      <ListTable
        label={t.title}
        list={list}
        columns={columns}
        idOf={({ id }) => id}
        header={<Header variant="h1">{t.title}</Header>}
        filter={<StateFilter state={state} onChange={(chosen) => change({ state: chosen })} />}
        empty={
          <>
            <Box variant="strong">{t.empty}</Box>
            <Box variant="p">{t.emptyHint}</Box>
          </>
        }
      />
    </SpaceBetween>
  );
};
