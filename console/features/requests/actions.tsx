/** What can be done about an open request: approve it, decline it, end its session. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import {
  type AssistanceRequest,
  approveAssistanceRequest,
  declineAssistanceRequest,
  endAssistance,
  getAssistanceRequest,
  listAssistanceRequests,
} from '../../../lib/api/assistance.ts';
import { ApiError } from '../../../lib/api/client.ts';
import { listConnectors } from '../../../lib/api/connectors.ts';
import { useNotices } from '../../app/notices.tsx';
import { useChange, useList } from '../../app/queries.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';
import { useSignedIn } from '../../session/context.tsx';
import { useDraft } from '../../ui/draft.ts';
import { useDescribeError } from '../../ui/problem.tsx';
import { RoleButton } from '../../ui/role-button.tsx';
import { Text } from '../../ui/text.tsx';
import { When } from '../../ui/time.tsx';
import { requestWords } from './words.ts';

const CONCERNS = [getAssistanceRequest, listAssistanceRequests];

/** Says why an answer to a request did not happen: who was first, that it is gone, or what the connector said. */
const useExplain = (id: string) => {
  const t = useWords(requestWords);
  const states = useWords(stateWords);
  const describe = useDescribeError();
  const { show } = useNotices();
  const { call, me } = useSignedIn();
  return async (error: unknown): Promise<void> => {
    const problem = error instanceof ApiError ? error.problem : undefined;
    if (problem?.code === 'connector_failed' || problem?.code === 'connector_not_onboarded') {
      return show({
        type: 'error',
        content: (
          <>
            <Text>{problem.detail}</Text> {t.stillWaits}
          </>
        ),
      });
    }
    if (error instanceof ApiError && (error.status === 404 || error.status === 410))
      return show({ type: 'info', content: t.gone });
    if (problem?.code !== 'invalid_state') return show({ type: 'error', content: <Text>{describe(error)}</Text> });
    const now = await call(getAssistanceRequest, { params: { id } }).then(
      ({ body }) => body,
      () => undefined,
    );
    if (now?.approvedBy !== undefined && now.approvedAt !== undefined && now.approvedBy !== me.name) {
      return show({
        type: 'info',
        content: (
          <>
            <Text>{t.already(now.approvedBy)}</Text> <When at={now.approvedAt} />
          </>
        ),
      });
    }
    if (now) show({ type: 'info', content: t.alreadyState(states.request[now.state]) });
  };
};

const Decline = ({ request, onClose }: { request: AssistanceRequest; onClose: () => void }) => {
  const t = useWords(requestWords);
  const c = useWords(common);
  const [reason, setReason, forget] = useDraft(`decline.${request.id}`);
  const explain = useExplain(request.id);
  const decline = useChange(declineAssistanceRequest, {
    concerns: CONCERNS,
    onDone: () => {
      forget();
      onClose();
    },
  });
  const send = () =>
    decline.mutate({ params: { id: request.id }, body: { reason } }, { onError: (error) => void explain(error) });
  return (
    <Modal
      visible
      header={<Text>{t.declineTitle(request.requester.name)}</Text>}
      closeAriaLabel={c.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {c.cancel}
            </Button>
            <Button variant="primary" disabled={reason.trim() === ''} loading={decline.isPending} onClick={send}>
              {t.decline}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <FormField label={t.reason} description={t.reasonHint} stretch>
        <Textarea value={reason} onChange={({ detail }) => setReason(detail.value)} />
      </FormField>
    </Modal>
  );
};

/** By which connector: there is a choice only where more than one is ready. */
const useConnectorChoice = () => {
  const list = useList(listConnectors, {});
  const ready = list.data?.pages.flatMap(({ items }) => items).filter(({ status }) => status === 'onboarded') ?? [];
  const [chosen, choose] = useState<string>();
  return { ready, chosen, choose };
};

const Pending = ({ request }: { request: AssistanceRequest }) => {
  const t = useWords(requestWords);
  const [isDeclining, setDeclining] = useState(false);
  const explain = useExplain(request.id);
  const { ready, chosen, choose } = useConnectorChoice();
  const approve = useChange(approveAssistanceRequest, { concerns: CONCERNS });
  const byDefault = ready.find((connector) => connector.default) ?? ready[0];
  const options = ready.map(({ name }) => ({
    value: name,
    label: name === byDefault?.name ? t.byDefault(name) : name,
  }));
  const send = () =>
    approve.mutate(
      { params: { id: request.id }, body: chosen === undefined ? {} : { connector: chosen as never } },
      { onError: (error) => void explain(error) },
    );
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {ready.length > 1 && (
        <Select
          ariaLabel={t.connector}
          options={options}
          selectedOption={options.find(({ value }) => value === (chosen ?? byDefault?.name)) ?? null}
          onChange={({ detail }) => choose(detail.selectedOption.value)}
        />
      )}
      <RoleButton needs="helpdesk" onClick={() => setDeclining(true)}>
        {t.decline}
      </RoleButton>
      <RoleButton needs="helpdesk" variant="primary" loading={approve.isPending} onClick={send}>
        {t.approve}
      </RoleButton>
      {isDeclining && <Decline request={request} onClose={() => setDeclining(false)} />}
    </SpaceBetween>
  );
};

const UnderWay = ({ request }: { request: AssistanceRequest }) => {
  const t = useWords(requestWords);
  const explain = useExplain(request.id);
  const end = useChange(endAssistance, { concerns: CONCERNS });
  return (
    <RoleButton
      needs="helpdesk"
      loading={end.isPending}
      onClick={() => end.mutate({ params: { id: request.id } }, { onError: (error) => void explain(error) })}
    >
      {t.endSession}
    </RoleButton>
  );
};

export const RequestActions = ({ request }: { request: AssistanceRequest }) =>
  request.state === 'pending' ? <Pending request={request} /> : <UnderWay request={request} />;
