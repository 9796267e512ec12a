/** One help request: what the person wrote, the clock of its hours, and everything that can be done about it. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from 'wouter';
import { type AssistanceRequest, getAssistanceRequest } from '../../../lib/api/assistance.ts';
import { useRead } from '../../data/read.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import { useDialog } from '../../ui/address.ts';
import { Detail } from '../../ui/detail.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Sentence, Text } from '../../ui/text.tsx';
import { Left, Since, When } from '../../ui/time.tsx';
import { type Approval, ApprovalFailed, ApproveButton, useApproval } from './approval.tsx';
import { DeclineDialog } from './decline-dialog.tsx';
import { EndButton } from './end-button.tsx';
import { RequestGone } from './gone.tsx';
import { SessionLinks } from './session-links.tsx';
import { isOpen, RequestState } from './state.tsx';
import { requestWords } from './words.ts';

const REFRESH_MS = 3_000;

/** Nothing that is over changes. */
const refreshMs = (request: AssistanceRequest | undefined): number | undefined =>
  request && !isOpen(request.state) ? undefined : REFRESH_MS;

const Outcome = ({ request }: { request: AssistanceRequest }) => {
  const t = useWords(requestWords);
  const { end } = useWords(stateWords);
  const { state, approvedBy, approvedAt, endReason, declineReason } = request;
  return (
    <>
      {approvedBy !== undefined && approvedAt !== undefined && (
        <Box>
          <Sentence say={t.approvedBy} name={approvedBy} /> <When at={approvedAt} />
        </Box>
      )}
      {state === 'approved' && <Box>{t.consentPending}</Box>}
      {endReason && <Box>{end[endReason]}</Box>}
      {declineReason !== undefined && <Text multiline>{declineReason}</Text>}
    </>
  );
};

const Details = ({ request }: { request: AssistanceRequest }) => {
  const t = useWords(requestWords);
  const { requester, deviceId, deviceName, createdAt, expiresAt, connectedAt, endedAt, state } = request;
  const items = [
    { label: t.state, value: <RequestState state={state} /> },
    { label: t.asked, value: <When at={createdAt} /> },
    ...(expiresAt === undefined ? [] : [{ label: t.goneIn, value: <Left at={expiresAt} /> }]),
    ...(connectedAt === undefined || endedAt !== undefined
      ? []
      : [{ label: t.connectedFor, value: <Since at={connectedAt} /> }]),
    ...(endedAt === undefined ? [] : [{ label: t.ended, value: <When at={endedAt} /> }]),
    { label: t.device, value: <PageLink to={`/devices/${deviceId}`}>{deviceName}</PageLink> },
    ...(requester.email === undefined ? [] : [{ label: t.email, value: <Text>{requester.email}</Text> }]),
  ];
  return (
    <Container>
      <SpaceBetween size="m">
        <KeyValuePairs columns={items.length > 4 ? 3 : 4} items={items} />
        <Outcome request={request} />
      </SpaceBetween>
    </Container>
  );
};

const Actions = ({ request, approval }: { request: AssistanceRequest; approval: Approval }) => {
  const t = useWords(requestWords);
  const [dialog, open] = useDialog({ decline: 'helpdesk' });
  if (!isOpen(request.state)) return null;
  if (request.state !== 'pending') return <EndButton request={request} />;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <RoleButton needs="helpdesk" onClick={() => open('decline')}>
        {t.decline}
      </RoleButton>
      <ApproveButton approval={approval} />
      {dialog === 'decline' && <DeclineDialog request={request} onClose={() => open()} />}
    </SpaceBetween>
  );
};

export const RequestPage = () => {
  const t = useWords(requestWords);
  const { id = '' } = useParams();
  const read = useRead(getAssistanceRequest, { params: { id } }, { everyMs: refreshMs });
  const approval = useApproval({ id });
  return (
    <Detail
      read={read}
      gone={<RequestGone id={id} />}
      header={(request) => (
        <PageHeader
          title={`${request.requester.name} · ${request.deviceName}`}
          actions={<Actions request={request} approval={approval} />}
        >
          <Text>{request.requester.name}</Text> · <Text>{request.deviceName}</Text>
        </PageHeader>
      )}
    >
      {(request) => (
        <>
          {request.state === 'pending' && <ApprovalFailed approval={approval} />}
          {isOpen(request.state) && request.session && <SessionLinks session={request.session} />}
          <Details request={request} />
          <Container header={<Header variant="h2">{t.message}</Header>}>
            <Text multiline>{request.message}</Text>
          </Container>
        </>
      )}
    </Detail>
  );
};
