/** Shown while there is no device: the way from nothing to the first request for help, each step with its state. */
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Steps, { type StepsProps } from '@cloudscape-design/components/steps';
import { useLive } from '../../live/context.tsx';
import { useWords, words } from '../../messages/language.ts';
import { PageLink } from '../../ui/page-link.tsx';

const stepWords = words({
  en: {
    title: 'First steps',
    connector: 'Connect a remote-control provider',
    token: 'Create an enrolment token, and install the agent on a PC',
    device: 'The first PC appears by itself',
    request: 'Ask for help from that PC, and approve it here',
    waiting: 'waiting',
    done: 'done',
  },
  fr: {
    title: 'Premiers pas',
    connector: 'Connecter un fournisseur de prise en main à distance',
    token: 'Créer un jeton d’enrôlement et installer l’agent sur un PC',
    device: 'Le premier PC apparaît de lui-même',
    request: 'Demander de l’aide depuis ce PC, et l’approuver ici',
    waiting: 'en attente',
    done: 'fait',
  },
  de: {
    title: 'Erste Schritte',
    connector: 'Einen Fernsteuerungsanbieter verbinden',
    token: 'Ein Registrierungstoken erstellen und den Agenten auf einem PC installieren',
    device: 'Der erste PC erscheint von selbst',
    request: 'Von diesem PC Hilfe anfordern und hier genehmigen',
    waiting: 'steht aus',
    done: 'erledigt',
  },
});

export const FirstSteps = () => {
  const t = useWords(stepWords);
  const { overview } = useLive();
  if (!overview || overview.deviceCount > 0) return null;
  const isConnected = overview.connectors.some(({ status }) => status === 'onboarded');
  const pending = { status: 'pending', statusIconAriaLabel: t.waiting } as const;
  const steps: StepsProps.Step[] = [
    {
      header: <PageLink to="/connectors">{t.connector}</PageLink>,
      ...(isConnected ? { status: 'success', statusIconAriaLabel: t.done } : pending),
    },
    { header: <PageLink to="/enrolment">{t.token}</PageLink>, ...pending },
    { header: t.device, ...pending },
    { header: t.request, ...pending },
  ];
  return (
    <Container header={<Header variant="h2">{t.title}</Header>}>
      <Steps ariaLabel={t.title} steps={steps} />
    </Container>
  );
};
