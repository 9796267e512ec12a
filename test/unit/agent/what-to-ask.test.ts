/** What a request for help says, given or typed. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { WrongUsage } from '../../../agent/cli/usage.ts';
import { whatToAsk } from '../../../agent/cli/what-to-ask.ts';

const at = (isTTY: boolean, account: string | undefined, signal = new AbortController().signal) => {
  const input = Object.assign(new PassThrough(), { isTTY });
  const prompts: string[] = [];
  /** Answers each question when it is put, as a person does. */
  const answers: string[] = [];
  const prompt = (text: string) => {
    prompts.push(text);
    const answer = answers.shift();
    if (answer === undefined) input.end();
    else setImmediate(() => input.write(`${answer}\n`));
  };
  return { asking: { input, prompt, account: { name: account, home: '/' }, stop: () => signal }, prompts, answers };
};

test('what is given is taken, and nothing is asked', async () => {
  const { asking, prompts } = at(true, 'ann');
  expect(await whatToAsk(asking, { message: '', name: 'Ann' })).toEqual({ message: '', name: 'Ann' });
  expect(prompts).toEqual([]);
});

test('without a terminal, what is missing is wrong usage', async () => {
  await expect(whatToAsk(at(false, 'ann').asking, { name: 'Ann' })).rejects.toThrow(WrongUsage);
  await expect(whatToAsk(at(false, 'ann').asking, { message: 'M' })).rejects.toThrow('--name is missing');
});

test('at a terminal the message is asked for, and the name is the account’s', async () => {
  const { asking, prompts, answers } = at(true, 'ann');
  answers.push('Der Drucker druckt nicht, 助けて');
  expect(await whatToAsk(asking, {})).toEqual({ message: 'Der Drucker druckt nicht, 助けて', name: 'ann' });
  expect(prompts).toEqual(['What do you need help with? ']);
});

test('where the account has no name, that is asked for too', async () => {
  const { asking, answers } = at(true, undefined);
  answers.push('Help', ' Ann ');
  expect(await whatToAsk(asking, {})).toEqual({ message: 'Help', name: 'Ann' });
});

test('a closed window asks for nothing', async () => {
  await expect(whatToAsk(at(true, 'ann').asking, {})).rejects.toThrow('Nothing was asked for');
});
