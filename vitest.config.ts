/** The three test projects: `unit` (domain, fast), `infra` (the synthesized template), `integration` (the local stack). */
import { defineConfig } from 'vitest/config';

const project = (name: string, extra: Record<string, unknown> = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], ...extra },
});

// biome-ignore lint/style/noDefaultExport: vitest reads the default export.
export default defineConfig({
  test: {
    projects: [project('unit'), project('infra', { testTimeout: 60_000 }), project('integration', { testTimeout: 60_000 })],
  },
});
