/** What TeamViewer's connector cannot do. Apart from it, so that showing this does not load it. */
export const TEAMVIEWER_LIMITATIONS = [
  'TeamViewer does not tell when somebody connects or leaves: a session is over when it is closed, there or here, or 24 hours old.',
];
