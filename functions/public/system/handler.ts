/** Health and the OpenAPI document. */
import { openApiDocument } from '../../../lib/api/openapi.ts';
import { getHealth, getOpenApi } from '../../../lib/api/system.ts';
import { NOTHING_TO_AUDIT } from '../../../lib/lambda/audit.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import { answer, route } from '../../../lib/lambda/http-types.ts';
import { Environment } from './environment.ts';

const { VERSION: version } = readEnvironment(Environment);

/** By the address that it was asked for at, of which an API has few. Made then: health checks need none. */
const documents = new Map<string, Record<string, unknown>>();

export const handler = httpFunction({
  audit: NOTHING_TO_AUDIT,
  routes: [
    route(getHealth, async () => answer(200, { status: 'ok', version })),
    route(getOpenApi, async ({ origin }) => {
      const document = documents.get(origin) ?? openApiDocument(version, origin);
      documents.set(origin, document);
      return answer(200, document);
    }),
  ],
});
