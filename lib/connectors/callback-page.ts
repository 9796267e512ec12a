/** What an admin's browser shows after the sign-in at a provider: how it went, and what to do next. */
import { htmlPage } from '../html.ts';
import type { Outcome } from './onboarding.ts';

type Page = { status: 200 | 400 | 502; body: string };

const BEGIN_AGAIN = 'Begin the onboarding again in remote-assist.';

const page = (status: Page['status'], heading: string, ...paragraphs: string[]): Page => ({
  status,
  body: htmlPage(heading, paragraphs),
});

/** @param provider its name for people */
export const callbackPage = (provider: string, outcome: Outcome): Page => {
  switch (outcome.result) {
    case 'onboarded':
      return page(
        200,
        `${provider} is connected`,
        outcome.isDefault
          ? 'Approvals open sessions there from now on.'
          : 'Approvals that name it open sessions there from now on. Those that name none use another connector, until you make this one the default.',
        'You can close this page.',
      );
    case 'denied':
      return page(
        400,
        `${provider} is not connected`,
        `The permissions were not granted at ${provider}. Nothing has changed.`,
        `If that was a mistake: ${BEGIN_AGAIN.charAt(0).toLowerCase()}${BEGIN_AGAIN.slice(1)}`,
      );
    case 'unknown':
      return page(
        400,
        'This sign-in is not valid',
        'It was used already, it took longer than half an hour, or another one was begun after it.',
        BEGIN_AGAIN,
      );
    case 'failed':
      return page(502, `${provider} is not connected`, outcome.reason, BEGIN_AGAIN);
  }
};
