/** What a person reads when a call fails. A problem document's `detail` is the server's own, and in English. */
import { PROBLEMS, type ProblemCode } from '../../lib/api/problem.ts';
import { words } from './language.ts';

type ProblemWords = {
  offline: string;
  offSchema: string;
  throttled: (seconds: number) => string;
  serverFailed: (status: number) => string;
  couldNotLoad: string;
  couldNotDo: string;
  /** What each code means. */
  titles: Readonly<Record<ProblemCode, string>>;
};

const en: ProblemWords = {
  offline: 'The server cannot be reached. It may be down, or this PC may be offline.',
  offSchema: 'The server gave an answer that this version of the console does not understand. Reload the page.',
  throttled: (seconds) => `The server is busy. Try again in ${seconds} s.`,
  serverFailed: (status) => `The server could not answer (HTTP ${status}). Try again.`,
  couldNotLoad: 'This could not be loaded',
  couldNotDo: 'This could not be done',
  titles: Object.fromEntries(Object.entries(PROBLEMS).map(([code, { title }]) => [code, title])) as Record<
    ProblemCode,
    string
  >,
};

export const problemWords = words<ProblemWords>({
  en,
  fr: {
    offline: 'Le serveur est injoignable. Il est peut-être arrêté, ou ce PC est hors ligne.',
    offSchema: 'Cette version de la console ne comprend pas la réponse du serveur. Rechargez la page.',
    throttled: (seconds) => `Le serveur est occupé. Réessayez dans ${seconds} s.`,
    serverFailed: (status) => `Le serveur n’a pas pu répondre (HTTP ${status}). Réessayez.`,
    couldNotLoad: 'Chargement impossible',
    couldNotDo: 'Action impossible',
    titles: {
      invalid_request: 'La demande n’est pas valable',
      invalid_cursor: 'Cette page de la liste n’existe plus',
      unauthenticated: 'Identité non reconnue',
      forbidden: 'Non autorisé',
      not_found: 'Introuvable',
      invalid_state: 'Impossible dans cet état',
      already_exists: 'Existe déjà',
      restart_not_proved: 'Le redémarrage n’est pas prouvé',
      connector_not_onboarded: 'Le connecteur n’est pas connecté',
      expired: 'Expiré',
      body_too_large: 'Le texte est trop long',
      unsupported_media_type: 'Format non pris en charge',
      idempotency_key_reused: 'Cette demande a déjà servi à autre chose',
      too_many_requests: 'Trop de demandes',
      connector_failed: 'Le connecteur a échoué',
      internal_error: 'Erreur interne',
    },
  },
  de: {
    offline: 'Der Server ist nicht erreichbar. Vielleicht läuft er nicht, oder dieser PC ist offline.',
    offSchema: 'Diese Version der Konsole versteht die Antwort des Servers nicht. Laden Sie die Seite neu.',
    throttled: (seconds) => `Der Server ist ausgelastet. Versuchen Sie es in ${seconds} s erneut.`,
    serverFailed: (status) => `Der Server konnte nicht antworten (HTTP ${status}). Versuchen Sie es erneut.`,
    couldNotLoad: 'Laden nicht möglich',
    couldNotDo: 'Nicht möglich',
    titles: {
      invalid_request: 'Die Eingabe ist nicht gültig',
      invalid_cursor: 'Diese Seite der Liste gibt es nicht mehr',
      unauthenticated: 'Anmeldung nicht anerkannt',
      forbidden: 'Nicht erlaubt',
      not_found: 'Nicht gefunden',
      invalid_state: 'In diesem Zustand nicht möglich',
      already_exists: 'Gibt es schon',
      restart_not_proved: 'Der Neustart ist nicht belegt',
      connector_not_onboarded: 'Der Konnektor ist nicht verbunden',
      expired: 'Verfallen',
      body_too_large: 'Der Text ist zu lang',
      unsupported_media_type: 'Format nicht unterstützt',
      idempotency_key_reused: 'Dieser Aufruf wurde schon für anderes benutzt',
      too_many_requests: 'Zu viele Anfragen',
      connector_failed: 'Der Konnektor ist gescheitert',
      internal_error: 'Interner Fehler',
    },
  },
});
