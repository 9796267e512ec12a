/** Shown while there is no device: the way from nothing to the first request for help, each step with its state. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Steps, { type StepsProps } from '@cloudscape-design/components/steps';
import type { ReactNode } from 'react';
import { listEnrollmentTokens } from '../../../lib/api/devices.ts';
import { useRead } from '../../data/read.ts';
import { useLive } from '../../live/context.tsx';
import { useWords } from '../../messages/language.ts';
import { useSignedIn } from '../../session/context.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { stepWords } from './step-words.ts';
import { requestWords } from './words.ts';

const REFRESH_MS = 5_000;

/** Whether no device was ever enrolled, or none is left. */
export const useIsFirstRun = (): boolean => useLive().overview?.deviceCount === 0;

type StepProps = { title: string; text: string; to?: string; isDone: boolean };

const useStep = () => {
  const t = useWords(stepWords);
  return ({ title, text, to, isDone }: StepProps): StepsProps.Step => {
    const header: ReactNode = to === undefined ? title : <PageLink to={to}>{title}</PageLink>;
    return {
      header,
      details: <Box color="text-body-secondary">{text}</Box>,
      status: isDone ? 'success' : 'pending',
      statusIconAriaLabel: isDone ? t.done : t.waiting,
    };
  };
};

export const FirstSteps = () => {
  const { title } = useWords(requestWords);
  const t = useWords(stepWords);
  const { may } = useSignedIn();
  const { overview } = useLive();
  const step = useStep();
  const isAdmin = may('admin');
  const tokens = useRead(listEnrollmentTokens, {}, { everyMs: REFRESH_MS, enabled: isAdmin });
  const steps = [
    step({
      title: t.connector,
      text: t.connectorText,
      to: '/connectors',
      isDone: overview?.connectors.some(({ status }) => status === 'onboarded') ?? false,
    }),
    step({
      title: t.token,
      text: isAdmin ? t.tokenText : t.needsAdmin,
      ...(isAdmin && { to: '/enrolment' }),
      isDone: (tokens.data?.items.length ?? 0) > 0,
    }),
    step({ title: t.device, text: t.deviceText, isDone: false }),
    step({ title: t.request, text: t.requestText, isDone: false }),
  ];
  return (
    <ContentLayout header={<PageHeader title={title} />}>
      <Container header={<Header variant="h2">{t.title}</Header>}>
        <Steps ariaLabel={t.title} steps={steps} />
      </Container>
    </ContentLayout>
  );
};
