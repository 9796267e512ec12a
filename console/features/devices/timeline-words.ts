/** What happened to a device, in other languages than the server's, from the facts that the server's title words. */
import type { TimelineEntry } from '../../../lib/api/devices.ts';
import type { Language } from '../../messages/language.ts';
import { stateWords } from '../../messages/states.ts';

type Facts = Readonly<Record<string, string>>;
type Titles = Readonly<Record<string, (facts: Facts) => string>>;

/** The word of a code, such as an end reason; the code itself where it has none. */
const wordOf = (all: Readonly<Record<string, string>>, code = ''): string => all[code] ?? code;

const inBrackets = (text: string | undefined): string => (text === undefined ? '' : ` (${text})`);

const fr = {
  AssistanceRequested: ({ requesterName = 'Quelqu’un' }) => `${requesterName} a demandé de l’aide`,
  AssistanceUnanswered: ({ requesterName = 'Quelqu’un', minutes }) =>
    `${requesterName} attend de l’aide depuis ${minutes} minutes`,
  AssistanceApproved: ({ actor = 'Un administrateur' }) => `${actor} a approuvé la demande d’aide`,
  AssistanceConnected: ({ requesterName = 'La personne' }) => `${requesterName} a accepté ; la session a commencé`,
  AssistanceEnded: ({ endReason }) => `La session a pris fin : ${wordOf(stateWords.fr.end, endReason)}`,
  AssistanceDeclined: ({ actor = 'Un administrateur' }) => `${actor} a décliné la demande d’aide`,
  AssistanceRefused: ({ requesterName = 'La personne' }) => `${requesterName} n’a pas accepté`,
  AssistanceWithdrawn: ({ requesterName = 'La personne' }) => `${requesterName} a retiré sa demande d’aide`,
  AssistanceRequestExpired: () => 'Personne n’a répondu à la demande d’aide en 4 heures',
  RestartTaskQueued: ({ actor = 'un administrateur' }) =>
    `Un redémarrage ordonné par ${actor} a été envoyé à l’appareil`,
  RestartTaskAcknowledged: () => 'L’appareil a accepté le redémarrage',
  RestartTaskEnded: ({ state, errorCode }) =>
    `Le redémarrage a pris fin : ${wordOf(stateWords.fr.task, state)}${inBrackets(errorCode)}`,
  DeviceEnrolled: () => 'L’appareil a été enrôlé',
  DeviceRetired: ({ actor }) => (actor === undefined ? 'L’appareil a été retiré' : `${actor} a retiré l’appareil`),
  DeviceBack: () => 'L’appareil est de nouveau en ligne',
  DeviceCredentialRotated: () => 'L’appareil utilise un nouvel identifiant ; le précédent ne vaut plus rien',
  AlertRaised: ({ alertKind }) => `Alerte : ${wordOf(stateWords.fr.alert, alertKind)}`,
  AlertAcknowledged: ({ actor = 'Quelqu’un', alertKind }) =>
    `${actor} a pris en charge l’alerte : ${wordOf(stateWords.fr.alert, alertKind)}`,
  AlertResolved: ({ alertKind }) => `Alerte résolue : ${wordOf(stateWords.fr.alert, alertKind)}`,
} satisfies Titles;

const de: Readonly<Record<keyof typeof fr, Titles[string]>> = {
  AssistanceRequested: ({ requesterName = 'Jemand' }) => `${requesterName} bat um Hilfe`,
  AssistanceUnanswered: ({ requesterName = 'Jemand', minutes }) =>
    `${requesterName} wartet seit ${minutes} Minuten auf Hilfe`,
  AssistanceApproved: ({ actor = 'Ein Admin' }) => `${actor} genehmigte die Hilfeanfrage`,
  AssistanceConnected: ({ requesterName = 'Die Person' }) => `${requesterName} stimmte zu; die Sitzung begann`,
  AssistanceEnded: ({ endReason }) => `Die Sitzung endete: ${wordOf(stateWords.de.end, endReason)}`,
  AssistanceDeclined: ({ actor = 'Ein Admin' }) => `${actor} lehnte die Hilfeanfrage ab`,
  AssistanceRefused: ({ requesterName = 'Die Person' }) => `${requesterName} stimmte nicht zu`,
  AssistanceWithdrawn: ({ requesterName = 'Die Person' }) => `${requesterName} zog die Hilfeanfrage zurück`,
  AssistanceRequestExpired: () => 'Niemand hat die Hilfeanfrage innerhalb von 4 Stunden beantwortet',
  RestartTaskQueued: ({ actor = 'einem Admin' }) => `Ein Neustart, angeordnet von ${actor}, wurde an das Gerät gesandt`,
  RestartTaskAcknowledged: () => 'Das Gerät hat den Neustart übernommen',
  RestartTaskEnded: ({ state, errorCode }) =>
    `Der Neustart endete: ${wordOf(stateWords.de.task, state)}${inBrackets(errorCode)}`,
  DeviceEnrolled: () => 'Das Gerät wurde registriert',
  DeviceRetired: ({ actor }) =>
    actor === undefined ? 'Das Gerät wurde ausgemustert' : `${actor} musterte das Gerät aus`,
  DeviceBack: () => 'Das Gerät ist wieder online',
  DeviceCredentialRotated: () => 'Das Gerät benutzt einen neuen Zugang; der vorige gilt nicht mehr',
  AlertRaised: ({ alertKind }) => `Warnung: ${wordOf(stateWords.de.alert, alertKind)}`,
  AlertAcknowledged: ({ actor = 'Jemand', alertKind }) =>
    `${actor} übernahm die Warnung: ${wordOf(stateWords.de.alert, alertKind)}`,
  AlertResolved: ({ alertKind }) => `Warnung erledigt: ${wordOf(stateWords.de.alert, alertKind)}`,
};

/** The server's own words are English. */
const TITLES: Readonly<Record<Language, Titles>> = { en: {}, fr, de };

/** A kind that is newer than this console is said as the server says it. */
export const timelineTitle = (language: Language, { kind, title, data, actor }: TimelineEntry): string => {
  const facts = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, String(value)]));
  return TITLES[language][kind]?.({ ...facts, ...(actor !== undefined && { actor }) }) ?? title;
};
