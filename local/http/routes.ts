/** Which route a request takes, by API Gateway's rules: the most specific path wins, then the method, then `$default`. */
import type { RouteModel } from '../resources/model.ts';

export type RouteMatch = { route: RouteModel; pathParameters: Record<string, string> };

type Segment = { kind: 'exact'; text: string } | { kind: 'parameter' | 'greedy'; name: string };
type Compiled = { route: RouteModel; method: string; segments: Segment[] };

const segmentOf = (text: string): Segment => {
  const name = /^\{(.+?)(\+?)\}$/.exec(text);
  if (!name) return { kind: 'exact', text };
  return { kind: name[2] === '+' ? 'greedy' : 'parameter', name: name[1] ?? '' };
};

const WEIGHT = { exact: 0, parameter: 1, greedy: 2 } as const;

/** More specific first, segment by segment; for the same path a method goes before `ANY`. */
const bySpecificity = (left: Compiled, right: Compiled): number => {
  for (let index = 0; index < Math.max(left.segments.length, right.segments.length); index++) {
    const difference = WEIGHT[left.segments[index]?.kind ?? 'greedy'] - WEIGHT[right.segments[index]?.kind ?? 'greedy'];
    if (difference !== 0) return difference;
  }
  return Number(left.method === 'ANY') - Number(right.method === 'ANY');
};

const match = (
  { segments, method }: Compiled,
  wanted: string,
  path: readonly string[],
): Record<string, string> | undefined => {
  if (method !== 'ANY' && method !== wanted) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const text = path[index];
    if (segment.kind === 'greedy') {
      if (text === undefined) return undefined;
      parameters[segment.name] = path.slice(index).join('/');
      return parameters;
    }
    if (text === undefined || (segment.kind === 'exact' && text !== segment.text)) return undefined;
    if (segment.kind === 'parameter') {
      if (text === '') return undefined;
      parameters[segment.name] = text;
    }
  }
  return segments.length === path.length ? parameters : undefined;
};

/** Compiles `routes` to a function of the method and the decoded path, such as `GET` and `/things/1`. */
export const createRouter = (
  routes: readonly RouteModel[],
): ((method: string, path: string) => RouteMatch | undefined) => {
  const compiled = routes
    .filter(({ key }) => key !== '$default')
    .map((route): Compiled => {
      const [method = 'ANY', path = '/'] = route.key.split(' ');
      return { route, method, segments: path.split('/').slice(1).map(segmentOf) };
    })
    .sort(bySpecificity);
  const fallback = routes.find(({ key }) => key === '$default');
  return (method, path) => {
    const parts = path.split('/').slice(1);
    for (const candidate of compiled) {
      const pathParameters = match(candidate, method, parts);
      if (pathParameters) return { route: candidate.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
};
