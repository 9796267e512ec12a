/**
 * Makes clients from an OpenAPI document, as people do who call the API: `node test/clients/generate.ts DOCUMENT FOLDER`.
 * In a process of its own, because of what stands in for `typescript`.
 */
import './classic-typescript.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [document = '', folder = ''] = process.argv.slice(2);

// After the hook: what is imported at the top is resolved before it runs.
const [openapiTypeScript, heyApi, orval] = await Promise.all([
  import('openapi-typescript'),
  import('@hey-api/openapi-ts'),
  import('orval'),
]);

const types = await openapiTypeScript.default(JSON.parse(readFileSync(document, 'utf8')));
writeFileSync(join(folder, 'types.ts'), openapiTypeScript.astToString(types));

await heyApi.createClient({
  input: document,
  output: join(folder, 'hey'),
  logs: { level: 'error', file: false },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
});

await orval.generate({
  input: { target: document },
  output: {
    target: join(folder, 'schemas.ts'),
    client: 'zod',
    // The API refuses members that it does not know, and so do the schemas of bodies; answers may gain some.
    override: { zod: { strict: { body: true } } },
  },
});
