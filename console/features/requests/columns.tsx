/** The columns of the list of help requests. */
import type { AssistanceRequest } from '../../../lib/api/assistance.ts';
import { useWords } from '../../messages/language.ts';
import type { Column } from '../../ui/list-table.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Text } from '../../ui/text.tsx';
import { Left, Since, When } from '../../ui/time.tsx';
import { isOpen, RequestState } from './state.tsx';
import { requestWords } from './words.ts';

const SHOWN_OF_MESSAGE = 140;

/** The beginning of a long text, cut between characters as people count them. */
const shortened = (message: string): string => {
  const characters = [...message];
  return characters.length > SHOWN_OF_MESSAGE ? `${characters.slice(0, SHOWN_OF_MESSAGE).join('')}…` : message;
};

export const useColumns = (): readonly Column<AssistanceRequest>[] => {
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
    { id: 'state', minWidth: 130, header: t.state, cell: ({ state }) => <RequestState state={state} /> },
    {
      id: 'waits',
      minWidth: 110,
      header: t.waits,
      cell: ({ state, createdAt }) => (isOpen(state) ? <Since at={createdAt} /> : <When at={createdAt} />),
    },
    {
      id: 'goneIn',
      minWidth: 120,
      header: t.goneIn,
      cell: ({ expiresAt }) => (expiresAt === undefined ? '–' : <Left at={expiresAt} />),
    },
  ];
};
