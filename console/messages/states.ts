/** States and kinds of the contract in each language. A new one that has no word does not compile. */
import type { AlertKind, Severity } from '../../lib/api/alerts.ts';
import type { AssistanceState, EndReason } from '../../lib/api/assistance.ts';
import type { JobState, TaskState } from '../../lib/api/restarts.ts';
import { words } from './language.ts';

type StateWords = {
  request: Record<AssistanceState, string>;
  end: Record<EndReason, string>;
  task: Record<TaskState, string>;
  job: Record<JobState, string>;
  severity: Record<Severity, string>;
  alert: Record<AlertKind, string>;
};

const en: StateWords = {
  request: {
    pending: 'Waiting',
    approved: 'Approved',
    connected: 'Connected',
    ended: 'Ended',
    declined: 'Declined',
    withdrawn: 'Withdrawn',
    refused: 'Refused by the person',
  },
  end: {
    adminEnded: 'Ended by an admin',
    userEnded: 'Ended by the person',
    sessionExpired: 'The session’s time was over',
    deviceRetired: 'The device was retired',
  },
  task: {
    scheduled: 'Scheduled',
    queued: 'Queued',
    inProgress: 'In progress',
    succeeded: 'Succeeded',
    failed: 'Failed',
    timedOut: 'Timed out',
    rejected: 'Refused by the person',
    canceling: 'Canceling',
    canceled: 'Canceled',
    expired: 'Not reached',
    removed: 'Device retired',
  },
  job: {
    expanding: 'Starting',
    running: 'Running',
    completed: 'Completed',
    aborted: 'Stopped after failures',
    canceling: 'Canceling',
    canceled: 'Canceled',
  },
  severity: { info: 'Info', warning: 'Warning', critical: 'Critical' },
  alert: {
    assistanceRequested: 'Help requested',
    assistanceUnanswered: 'Help request unanswered',
    assistanceExpired: 'Help request expired',
    restartFailed: 'Restart failed',
    restartTimedOut: 'Device did not come back',
    restartExpired: 'Device not reached',
    connectorProblem: 'Connector problem',
    credentialShared: 'Credential in use twice',
    deviceReplaced: 'Device replaced',
  },
};

const fr: StateWords = {
  request: {
    pending: 'En attente',
    approved: 'Approuvée',
    connected: 'Connecté',
    ended: 'Terminée',
    declined: 'Déclinée',
    withdrawn: 'Retirée',
    refused: 'Refusée par la personne',
  },
  end: {
    adminEnded: 'Terminée par un administrateur',
    userEnded: 'Terminée par la personne',
    sessionExpired: 'Durée de la session écoulée',
    deviceRetired: 'Appareil retiré',
  },
  task: {
    scheduled: 'Planifiée',
    queued: 'En file d’attente',
    inProgress: 'En cours',
    succeeded: 'Réussie',
    failed: 'Échouée',
    timedOut: 'Délai dépassé',
    rejected: 'Refusée par la personne',
    canceling: 'Annulation en cours',
    canceled: 'Annulée',
    expired: 'Non joint',
    removed: 'Appareil retiré',
  },
  job: {
    expanding: 'Démarrage',
    running: 'En cours',
    completed: 'Terminé',
    aborted: 'Arrêté après des échecs',
    canceling: 'Annulation en cours',
    canceled: 'Annulé',
  },
  severity: { info: 'Information', warning: 'Avertissement', critical: 'Critique' },
  alert: {
    assistanceRequested: 'Aide demandée',
    assistanceUnanswered: 'Demande sans réponse',
    assistanceExpired: 'Demande expirée',
    restartFailed: 'Redémarrage échoué',
    restartTimedOut: 'Appareil non revenu',
    restartExpired: 'Appareil non joint',
    connectorProblem: 'Problème de connecteur',
    credentialShared: 'Identifiant utilisé deux fois',
    deviceReplaced: 'Appareil remplacé',
  },
};

const de: StateWords = {
  request: {
    pending: 'Wartet',
    approved: 'Genehmigt',
    connected: 'Verbunden',
    ended: 'Beendet',
    declined: 'Abgelehnt',
    withdrawn: 'Zurückgezogen',
    refused: 'Von der Person abgelehnt',
  },
  end: {
    adminEnded: 'Von einem Admin beendet',
    userEnded: 'Von der Person beendet',
    sessionExpired: 'Sitzungszeit abgelaufen',
    deviceRetired: 'Gerät ausgemustert',
  },
  task: {
    scheduled: 'Geplant',
    queued: 'In der Warteschlange',
    inProgress: 'Läuft',
    succeeded: 'Erfolgreich',
    failed: 'Fehlgeschlagen',
    timedOut: 'Zeit überschritten',
    rejected: 'Von der Person abgelehnt',
    canceling: 'Wird abgebrochen',
    canceled: 'Abgebrochen',
    expired: 'Nicht erreicht',
    removed: 'Gerät ausgemustert',
  },
  job: {
    expanding: 'Beginnt',
    running: 'Läuft',
    completed: 'Abgeschlossen',
    aborted: 'Nach Fehlschlägen gestoppt',
    canceling: 'Wird abgebrochen',
    canceled: 'Abgebrochen',
  },
  severity: { info: 'Hinweis', warning: 'Warnung', critical: 'Kritisch' },
  alert: {
    assistanceRequested: 'Hilfe angefragt',
    assistanceUnanswered: 'Hilfeanfrage unbeantwortet',
    assistanceExpired: 'Hilfeanfrage verfallen',
    restartFailed: 'Neustart fehlgeschlagen',
    restartTimedOut: 'Gerät nicht zurück',
    restartExpired: 'Gerät nicht erreicht',
    connectorProblem: 'Problem eines Konnektors',
    credentialShared: 'Zugang doppelt benutzt',
    deviceReplaced: 'Gerät ersetzt',
  },
};

export const stateWords = words({ en, fr, de });
