/** The story that `npm run demo` tells, with the real agent, on the shared stack in place of one of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { stopAgents } from '../../../local/demo/agent.ts';
import { tellStory } from '../../../local/demo/story.ts';
import { stackUrl } from '../support/stack.ts';
import { productAt } from './product.ts';

const stateDir = mkdtempSync(join(tmpdir(), 'remote-assist-demo-'));
afterEach(() => {
  stopAgents();
  vi.restoreAllMocks();
  rmSync(stateDir, { recursive: true, force: true });
});

it('is told to its end', async () => {
  let told = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    told += text;
    return true;
  });
  const { admin } = productAt(stackUrl());
  await tellStory({
    url: stackUrl(),
    stateDir,
    admin: await admin('admin', 'Linus'),
    helpdesk: await admin('helpdesk', 'Grace'),
    operator: await admin('operator', 'Grace'),
  });
  for (const part of ['enrolled: dev_', 'asks for help', 'ended: adminEnded', 'completed: {"succeeded":1}']) {
    expect(told).toContain(part);
  }
  expect(told).toMatch(/What happened to the PC.*The restart ended: succeeded.*Ada asked for help/s);
});
