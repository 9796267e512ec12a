/** Health and the OpenAPI document. */
import { openApiDocument } from '../../../lib/api/openapi.ts';
import { getHealth, getOpenApi } from '../../../lib/api/system.ts';
import { NOTHING_TO_AUDIT } from '../../../lib/lambda/audit.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { Environment } from './environment.ts';

const { VERSION: version } = readEnvironment(Environment);

/** Made when it is first asked for: health checks need none. */
let document: Record<string, unknown> | undefined;

export const handler = httpFunction({
  audit: NOTHING_TO_AUDIT,
  routes: [
    route(getHealth, async () => answer(200, { status: 'ok', version })),
    route(getOpenApi, async () => {
      document ??= openApiDocument(version);
      return answer(200, document);
    }),
  ],
});
