/** What alerts say in other languages than the server's, from the facts that the server's title words. */
import type { Alert, AlertKind } from '../../../lib/api/alerts.ts';
import { counting, type Language } from '../../messages/language.ts';

type Facts = Readonly<Record<string, string>>;
type Titles = Readonly<Record<AlertKind, (facts: Facts) => string>>;

const HOUR_MINUTES = 60;

/** Whole hours as hours. */
const wait = (language: Language, minutes: number, units: { hours: [string, string]; minutes: [string, string] }) => {
  const isWhole = minutes > 0 && minutes % HOUR_MINUTES === 0;
  const [one, other] = isWhole ? units.hours : units.minutes;
  return counting(language)(isWhole ? minutes / HOUR_MINUTES : minutes, one, other);
};

const inBrackets = (text: string | undefined): string => (text === undefined ? '' : ` (${text})`);

const fr: Titles = {
  assistanceRequested: ({ requesterName = 'Quelqu’un', device }) => `${requesterName} (${device}) demande de l’aide`,
  assistanceUnanswered: ({ requesterName = 'Quelqu’un', device, minutes }) =>
    `${requesterName} (${device}) attend de l’aide depuis ${wait('fr', Number(minutes), {
      hours: ['# heure', '# heures'],
      minutes: ['# minute', '# minutes'],
    })}`,
  assistanceExpired: ({ requesterName = 'Quelqu’un', device }) =>
    `Personne n’a répondu à ${requesterName} (${device}) en 4 heures`,
  restartFailed: ({ device, errorCode }) => `Le redémarrage de ${device} a échoué${inBrackets(errorCode)}`,
  restartTimedOut: ({ device }) => `${device} n’est pas revenu après son redémarrage`,
  restartExpired: ({ device }) => `${device} n’a pas pris son redémarrage à temps`,
  connectorProblem: ({ connector = '', problem }) =>
    `Le connecteur ${connector} demande votre attention${problem === undefined ? '' : ` : ${problem}`}`,
  credentialShared: ({ device, reason }) => {
    if (reason === 'replaced') return `Un ancien identifiant de ${device} est encore utilisé, par une copie du PC`;
    if (reason === 'retired') return `${device} a été retiré, et son identifiant est encore utilisé`;
    return `Deux machines utilisent l’identifiant de ${device}`;
  },
  deviceReplaced: ({ device }) => `Un autre appareil a pris la place de ${device}, avec son numéro de série`,
};

const de: Titles = {
  assistanceRequested: ({ requesterName = 'Jemand', device }) => `${requesterName} an ${device} bittet um Hilfe`,
  assistanceUnanswered: ({ requesterName = 'Jemand', device, minutes }) =>
    `${requesterName} an ${device} wartet seit ${wait('de', Number(minutes), {
      hours: ['# Stunde', '# Stunden'],
      minutes: ['# Minute', '# Minuten'],
    })} auf Hilfe`,
  assistanceExpired: ({ requesterName = 'jemandem', device }) =>
    `Niemand hat ${requesterName} an ${device} innerhalb von 4 Stunden geantwortet`,
  restartFailed: ({ device, errorCode }) => `Der Neustart von ${device} schlug fehl${inBrackets(errorCode)}`,
  restartTimedOut: ({ device }) => `${device} kam nach dem Neustart nicht zurück`,
  restartExpired: ({ device }) => `${device} hat den Neustart nicht rechtzeitig übernommen`,
  connectorProblem: ({ connector = '', problem }) =>
    `Der Konnektor ${connector} braucht Aufmerksamkeit${problem === undefined ? '' : `: ${problem}`}`,
  credentialShared: ({ device, reason }) => {
    if (reason === 'replaced') return `Ein früherer Zugang von ${device} wird noch benutzt, von einer Kopie des PCs`;
    if (reason === 'retired') return `${device} ist ausgemustert, und der Zugang wird noch benutzt`;
    return `Zwei Maschinen benutzen den Zugang von ${device}`;
  },
  deviceReplaced: ({ device }) => `Ein anderes Gerät mit derselben Seriennummer nahm den Platz von ${device} ein`,
};

/** The server's own words are English. */
const TITLES: Readonly<Record<Language, Titles | undefined>> = { en: undefined, fr, de };

export const alertTitle = (language: Language, { kind, title, data, deviceName, deviceId }: Alert): string => {
  const device = deviceName ?? deviceId ?? '';
  const facts = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, String(value)]));
  return TITLES[language]?.[kind]({ ...facts, device }) ?? title;
};
