/** What a person reads when a call fails. A problem document's own words are the server's, and in English. */
import { words } from './language.ts';

export const problemWords = words({
  en: {
    offline: 'The server cannot be reached.',
    offSchema: 'The server gave an answer that this version of the console does not understand. Reload the page.',
    throttled: (seconds: number) => `The server is busy. Try again in ${seconds} s.`,
    serverFailed: (status: number) => `The server could not answer (HTTP ${status}). Try again.`,
    couldNotLoad: 'This could not be loaded',
    couldNotDo: 'This could not be done',
    gone: 'Nobody answered within 4 hours; it is gone.',
  },
  fr: {
    offline: 'Le serveur est injoignable.',
    offSchema: 'Cette version de la console ne comprend pas la réponse du serveur. Rechargez la page.',
    throttled: (seconds: number) => `Le serveur est occupé. Réessayez dans ${seconds} s.`,
    serverFailed: (status: number) => `Le serveur n’a pas pu répondre (HTTP ${status}). Réessayez.`,
    couldNotLoad: 'Chargement impossible',
    couldNotDo: 'Action impossible',
    gone: 'Personne n’a répondu en 4 heures : la demande a expiré.',
  },
  de: {
    offline: 'Der Server ist nicht erreichbar.',
    offSchema: 'Diese Version der Konsole versteht die Antwort des Servers nicht. Laden Sie die Seite neu.',
    throttled: (seconds: number) => `Der Server ist ausgelastet. Versuchen Sie es in ${seconds} s erneut.`,
    serverFailed: (status: number) => `Der Server konnte nicht antworten (HTTP ${status}). Versuchen Sie es erneut.`,
    couldNotLoad: 'Laden nicht möglich',
    couldNotDo: 'Nicht möglich',
    gone: 'Niemand hat innerhalb von 4 Stunden geantwortet; die Anfrage ist verfallen.',
  },
});
