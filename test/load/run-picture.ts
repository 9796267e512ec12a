/** What the picture of a run shows: empty polls, all else that the stack was asked, and the bare server. */
import { drawPicture, type Line } from './picture.ts';
import { summarize } from './recorder.ts';
import type { LoadRun } from './run.ts';

/** Dark enough to be read on white, and apart for those who see few colours (Okabe and Ito). */
const COLOURS = { rest: '#8a4b00', poll: '#005b96', bare: '#4d4d4d' };

export const pictureOf = ({ options, recorder }: LoadRun): string => {
  const series = [...recorder.series.values()];
  const samplesOf = (of: (name: string) => boolean) =>
    series.filter(({ name }) => of(name)).flatMap(({ samples }) => samples);
  const bare = samplesOf((name) => name.startsWith('bare'));
  const poll = samplesOf((name) => name === 'poll');
  const rest = samplesOf((name) => name !== 'poll' && !name.startsWith('bare'));
  const both = (label: string, samples: Line['samples'], colour: string): Line[] => [
    { label: `${label}, p99`, samples, share: 0.99, colour, dashes: '6 4' },
    { label: `${label}, median`, samples, share: 0.5, colour },
  ];
  const told = (name: string, samples: Line['samples']): string => {
    const { p50, p99, max } = summarize(samples);
    return `${name}: median ${p50.toFixed(1)} ms, 99th percentile ${p99.toFixed(1)} ms, longest ${max.toFixed(0)} ms.`;
  };
  return drawPicture(
    [
      ...both('everything else', rest, COLOURS.rest),
      ...both('empty polls', poll, COLOURS.poll),
      ...both('bare server', bare, COLOURS.bare),
    ],
    options.seconds,
    {
      title: `Latency under load: ${options.rate} a second at ${options.devices} agents`,
      description: [
        'Six lines over time, on a logarithmic axis of milliseconds.',
        told('Empty polls', poll),
        told('Everything else that agents and admins do', rest),
        told('The bare HTTP server', bare),
      ].join(' '),
    },
  );
};
