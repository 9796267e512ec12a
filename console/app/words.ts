/** Words of the frame around the pages. */
import { words } from '../messages/language.ts';

const en = {
  nav: {
    requests: 'Help requests',
    alerts: 'Alerts',
    devices: 'Devices',
    groups: 'Groups',
    jobs: 'Restart jobs',
    connectors: 'Connectors',
    enrolment: 'Enrolment',
    audit: 'Audit',
  },
  signingIn: 'Signing in',
  signInFailed: 'Sign-in did not work',
  signInAgain: 'Sign in again',
  sessionOver: 'Your session is over',
  sessionOverText: 'Sign in again to go on. You come back to this page, and what you were writing is kept in this tab.',
  noRoleTitle: (name: string) => `${name} has no role here`,
  noRoleText: 'You are signed in, but no role was given to you. Ask whoever manages access to this system.',
  claimAbsent: (claim: string) => `Your token has no claim "${claim}".`,
  claimTooLarge: (claim: string) =>
    `Your account is in so many groups that the issuer left the claim "${claim}" out of the token.`,
  noMappedValue: (claim: string, values: string) =>
    `No value of the claim "${claim}" in your token is a role or is mapped to one. The values are: ${values}`,
  roleOf: { viewer: 'viewer', helpdesk: 'helpdesk', operator: 'operator', admin: 'admin' },
  failed: 'Something in this page failed',
  reload: 'Reload the page',
};

export type NavigationWords = typeof en.nav;

export const appWords = words({
  en,
  fr: {
    nav: {
      requests: 'Demandes d’aide',
      alerts: 'Alertes',
      devices: 'Appareils',
      groups: 'Groupes',
      jobs: 'Redémarrages',
      connectors: 'Connecteurs',
      enrolment: 'Enrôlement',
      audit: 'Audit',
    },
    signingIn: 'Connexion en cours',
    signInFailed: 'La connexion a échoué',
    signInAgain: 'Se reconnecter',
    sessionOver: 'Votre session est terminée',
    sessionOverText:
      'Reconnectez-vous pour continuer. Vous reviendrez à cette page, et votre saisie est conservée dans cet onglet.',
    noRoleTitle: (name: string) => `${name} n’a aucun rôle ici`,
    noRoleText:
      'Vous êtes connecté, mais aucun rôle ne vous a été attribué. Adressez-vous à la personne qui gère les accès.',
    claimAbsent: (claim: string) => `Votre jeton ne contient pas « ${claim} ».`,
    claimTooLarge: (claim: string) =>
      `Votre compte appartient à tant de groupes que l’émetteur n’a pas mis « ${claim} » dans le jeton.`,
    noMappedValue: (claim: string, values: string) =>
      `Aucune valeur de « ${claim} » dans votre jeton ne correspond à un rôle. Valeurs : ${values}`,
    roleOf: { viewer: 'lecteur', helpdesk: 'assistance', operator: 'opérateur', admin: 'administrateur' },
    failed: 'Une erreur est survenue dans cette page',
    reload: 'Recharger la page',
  },
  de: {
    nav: {
      requests: 'Hilfeanfragen',
      alerts: 'Warnungen',
      devices: 'Geräte',
      groups: 'Gruppen',
      jobs: 'Neustarts',
      connectors: 'Konnektoren',
      enrolment: 'Registrierung',
      audit: 'Protokoll',
    },
    signingIn: 'Anmeldung läuft',
    signInFailed: 'Die Anmeldung ist fehlgeschlagen',
    signInAgain: 'Erneut anmelden',
    sessionOver: 'Ihre Sitzung ist zu Ende',
    sessionOverText:
      'Melden Sie sich erneut an, um fortzufahren. Sie kehren zu dieser Seite zurück; Ihre Eingaben bleiben in diesem Tab erhalten.',
    noRoleTitle: (name: string) => `${name} hat hier keine Rolle`,
    noRoleText: 'Sie sind angemeldet, haben aber keine Rolle. Wenden Sie sich an die Person, die den Zugang verwaltet.',
    claimAbsent: (claim: string) => `Ihr Token enthält „${claim}“ nicht.`,
    claimTooLarge: (claim: string) =>
      `Ihr Konto ist in so vielen Gruppen, dass der Aussteller „${claim}“ nicht in das Token geschrieben hat.`,
    noMappedValue: (claim: string, values: string) =>
      `Kein Wert von „${claim}“ in Ihrem Token entspricht einer Rolle. Die Werte sind: ${values}`,
    roleOf: { viewer: 'Leser', helpdesk: 'Helpdesk', operator: 'Operator', admin: 'Administrator' },
    failed: 'In dieser Seite ist ein Fehler aufgetreten',
    reload: 'Seite neu laden',
  },
});
