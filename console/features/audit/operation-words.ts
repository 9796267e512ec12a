/** What was done, in words: the operations' own ids in English, and sentences in the other languages. */
import type { Language } from '../../messages/language.ts';

type Words = Readonly<Record<string, string>>;

/** `approveAssistanceRequest` as `approve assistance request`. */
const spoken = (id: string): string => id.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const fr: Words = {
  createEnrollmentToken: 'créer un jeton d’enrôlement',
  revokeEnrollmentToken: 'révoquer un jeton d’enrôlement',
  enroll: 'enrôler un appareil',
  renameDevice: 'renommer un appareil',
  retireDevice: 'retirer un appareil',
  rotateCredential: 'renouveler l’identifiant',
  createGroup: 'créer un groupe',
  renameGroup: 'renommer un groupe',
  deleteGroup: 'supprimer un groupe',
  addGroupMember: 'ajouter à un groupe',
  addGroupMembers: 'ajouter à un groupe',
  removeGroupMember: 'retirer d’un groupe',
  requestAssistance: 'demander de l’aide',
  withdrawAssistanceRequest: 'retirer une demande d’aide',
  consent: 'répondre à la prise en main',
  endOwnAssistance: 'terminer la session',
  getAssistanceRequest: 'lire l’accès à une session',
  approveAssistanceRequest: 'approuver une demande d’aide',
  declineAssistanceRequest: 'décliner une demande d’aide',
  endAssistance: 'terminer une session',
  orderRestart: 'ordonner un redémarrage',
  previewRestart: 'évaluer un redémarrage',
  retryRestartJob: 'reprendre un redémarrage',
  cancelRestartJob: 'annuler un ordre de redémarrage',
  cancelRestartTask: 'annuler un redémarrage',
  poll: 'se signaler',
  acknowledgeTask: 'accepter un redémarrage',
  postponeTask: 'reporter un redémarrage',
  reportResult: 'rendre compte d’un redémarrage',
  acknowledgeAlert: 'prendre en charge une alerte',
  onboardTeamViewer: 'connecter TeamViewer',
  teamViewerCallback: 'terminer la connexion à TeamViewer',
  setUpRustDesk: 'régler RustDesk',
  setDefaultConnector: 'choisir le connecteur',
  disconnectConnector: 'déconnecter un connecteur',
};

const de: Words = {
  createEnrollmentToken: 'Registrierungstoken erstellen',
  revokeEnrollmentToken: 'Registrierungstoken widerrufen',
  enroll: 'Gerät registrieren',
  renameDevice: 'Gerät umbenennen',
  retireDevice: 'Gerät ausmustern',
  rotateCredential: 'Zugang erneuern',
  createGroup: 'Gruppe anlegen',
  renameGroup: 'Gruppe umbenennen',
  deleteGroup: 'Gruppe löschen',
  addGroupMember: 'zur Gruppe hinzufügen',
  addGroupMembers: 'zur Gruppe hinzufügen',
  removeGroupMember: 'aus der Gruppe nehmen',
  requestAssistance: 'Hilfe anfordern',
  withdrawAssistanceRequest: 'Hilfeanfrage zurückziehen',
  consent: 'auf die Fernsteuerung antworten',
  endOwnAssistance: 'eigene Sitzung beenden',
  getAssistanceRequest: 'Zugang zu einer Sitzung lesen',
  approveAssistanceRequest: 'Hilfeanfrage genehmigen',
  declineAssistanceRequest: 'Hilfeanfrage ablehnen',
  endAssistance: 'Sitzung beenden',
  orderRestart: 'Neustart anordnen',
  previewRestart: 'Neustart prüfen',
  retryRestartJob: 'Neustart wiederholen',
  cancelRestartJob: 'Neustart-Auftrag abbrechen',
  cancelRestartTask: 'Neustart abbrechen',
  poll: 'sich melden',
  acknowledgeTask: 'Neustart übernehmen',
  postponeTask: 'Neustart aufschieben',
  reportResult: 'Ergebnis eines Neustarts melden',
  acknowledgeAlert: 'Warnung übernehmen',
  onboardTeamViewer: 'TeamViewer verbinden',
  teamViewerCallback: 'Verbinden mit TeamViewer abschließen',
  setUpRustDesk: 'RustDesk einrichten',
  setDefaultConnector: 'Konnektor wählen',
  disconnectConnector: 'Konnektor trennen',
};

const WORDS: Readonly<Record<Language, Words>> = { en: {}, fr, de };

/** @param id the operation's. One that has no words, such as a denied reading, is said by its id */
export const operationWords = (language: Language, id: string): string => WORDS[language][id] ?? spoken(id);
