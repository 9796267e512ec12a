/** One help request: what the person wrote, the clock of its hours, and everything that can be done about it. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Skeleton from '@cloudscape-design/components/skeleton';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from 'wouter';
import { type AssistanceRequest, getAssistanceRequest } from '../../../lib/api/assistance.ts';
import { ApiError } from '../../../lib/api/client.ts';
import { useRead } from '../../app/queries.ts';
import { useLanguage, useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import { PageLink } from '../../ui/page-link.tsx';
import { Problem } from '../../ui/problem.tsx';
import { Text } from '../../ui/text.tsx';
import { exactTime, Left, Since, When } from '../../ui/time.tsx';
import { madeAt } from '../../ui/ulid.ts';
import { RequestActions } from './actions.tsx';
import { SessionLinks } from './session-links.tsx';
import { RequestState } from './state.tsx';
import { requestWords } from './words.ts';

const REFRESH_MS = 3_000;
/** Nothing that is over changes. */
const OPEN_STATES = ['pending', 'approved', 'connected'];

/** Its id says when it was made; so one that expired is told from one that never was. */
const Gone = ({ id }: { id: string }) => {
  const t = useWords(requestWords);
  const language = useLanguage();
  const at = madeAt(id);
  return (
    <ContentLayout header={<Header variant="h1">{t.goneTitle}</Header>}>
      <SpaceBetween size="m">
        <Alert type="info">
          {at === undefined ? t.neverThere : t.gone}
          {at !== undefined && <Box color="text-body-secondary">{`${t.madeAt} ${exactTime(language, at)}`}</Box>}
        </Alert>
        <PageLink to="/requests">{t.backToList}</PageLink>
      </SpaceBetween>
    </ContentLayout>
  );
};

const Outcome = ({ request }: { request: AssistanceRequest }) => {
  const t = useWords(requestWords);
  const states = useWords(stateWords);
  const { state, approvedBy, approvedAt, endReason, declineReason } = request;
  return (
    <SpaceBetween size="xs">
      {approvedBy !== undefined && approvedAt !== undefined && (
        <Box>
          <Text>{t.approvedBy(approvedBy)}</Text> (<When at={approvedAt} />)
        </Box>
      )}
      {state === 'approved' && <Box>{t.consentPending}</Box>}
      {endReason && <Box>{states.end[endReason]}</Box>}
      {declineReason !== undefined && <Text multiline>{declineReason}</Text>}
    </SpaceBetween>
  );
};

const Details = ({ request }: { request: AssistanceRequest }) => {
  const t = useWords(requestWords);
  const { requester, deviceId, deviceName, createdAt, expiresAt, state } = request;
  const items = [
    { label: t.state, value: <RequestState state={state} /> },
    { label: t.asked, value: <When at={createdAt} /> },
    ...(expiresAt
      ? [{ label: t.answerWithin, value: <Left at={expiresAt} /> }]
      : [{ label: t.waits, value: <Since at={createdAt} /> }]),
    { label: t.device, value: <PageLink to={`/devices/${deviceId}`}>{deviceName}</PageLink> },
    ...(requester.email === undefined ? [] : [{ label: t.email, value: <Text>{requester.email}</Text> }]),
  ];
  return <KeyValuePairs columns={items.length > 4 ? 3 : 4} items={items} />;
};

const isGone = (error: unknown): boolean => error instanceof ApiError && (error.status === 404 || error.status === 410);

export const RequestPage = () => {
  const t = useWords(requestWords);
  const { id = '' } = useParams();
  const read = useRead(getAssistanceRequest, { params: { id } }, { everyMs: REFRESH_MS });
  const request = read.data;
  if (isGone(read.error)) return <Gone id={id} />;
  if (!request)
    return read.error ? <Problem error={read.error} onRetry={() => void read.refetch()} /> : <Skeleton height="10em" />;
  const isOpen = OPEN_STATES.includes(request.state);
  return (
    <ContentLayout
      header={
        <Header variant="h1" {...(isOpen && { actions: <RequestActions request={request} /> })}>
          <Text>{request.requester.name}</Text> · <Text>{request.deviceName}</Text>
        </Header>
      }
    >
      <SpaceBetween size="l">
        {read.error && <Problem error={read.error} onRetry={() => void read.refetch()} />}
        {isOpen && request.session && <SessionLinks session={request.session} />}
        <Container header={<Header variant="h2">{t.message}</Header>}>
          <Text multiline>{request.message}</Text>
        </Container>
        <Container>
          <SpaceBetween size="m">
            <Details request={request} />
            <Outcome request={request} />
          </SpaceBetween>
        </Container>
      </SpaceBetween>
    </ContentLayout>
  );
};
