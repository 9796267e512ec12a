/**
 * Which part of the project may import what. A part may import what its rule lists and nothing else, types included,
 * so that a new dependency between parts is a decision and not an accident.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export type Import = { readonly file: string; readonly specifier: string };

/** What a file imports: paths from the project's root, and names of packages. */
type Rule = { readonly part: RegExp; readonly may: readonly RegExp[] };

const NODE = /^node:/;
const ZOD = /^zod(\/|$)/;
const DOMAIN = /^lib\/(?!aws\/|lambda\/)/;
const COMMAND_LINE = /^lib\/(command-line|output|reason)\.ts$/;
const AWS_SDK = /^@(aws-sdk|smithy)\//;
const LAMBDA = /^(@middy\/|aws-lambda$)/;
const SETTINGS = /^(package|cdk)\.json$/;
const ENVIRONMENT = /^functions\/[^/]+\/[^/]+\/environment\.ts$/;
const ANY_PACKAGE = /^(?!lib\/|functions\/|infra\/|local\/|agent\/|test\/)[^.]/;
/** What the console is made of. */
const CONSOLE_PACKAGE =
  /^(react|react-dom|wouter|oidc-client-ts|@tanstack\/react-query|@cloudscape-design\/(components|global-styles)|zod)(\/|$)/;
/** What its pages share. */
const CONSOLE_SHARED = /^console\/(data|live|messages|session|ui)\//;
/** Without those whose licence (AGPL) keeps them to the tests. */
const PERMISSIVE_PACKAGE = /^(?!lib\/|functions\/|infra\/|local\/|agent\/|test\/|@cloud-copilot\/)[^.]/;

/** The first rule whose `part` a file is in is the one for it. */
const RULES: readonly Rule[] = [
  // The adapters know the domain and AWS, and nothing of how they are invoked.
  { part: /^lib\/aws\//, may: [DOMAIN, /^lib\/aws\//, AWS_SDK, ZOD, NODE] },
  { part: /^lib\/lambda\//, may: [/^lib\//, LAMBDA, AWS_SDK, ZOD, NODE] },
  // The contract and the capabilities know nothing of AWS.
  { part: /^lib\//, may: [DOMAIN, ZOD, NODE] },
  // What a function asks for is read by the infrastructure, which must not load the function for it.
  { part: ENVIRONMENT, may: [ZOD] },
  { part: /^functions\//, may: [/^lib\//, LAMBDA, AWS_SDK, ZOD, NODE] },
  // `npm start -- --teamviewer-fake` shows what the tests use: one fake is kept honest, two would not be.
  { part: /^local\/teamviewer-fake\.ts$/, may: [/^test\/fakes\/teamviewer\/fake\.ts$/, NODE] },
  // The local runner runs the bundles, never the handlers' sources.
  { part: /^local\//, may: [/^local\//, /^lib\//, SETTINGS, PERMISSIVE_PACKAGE] },
  // A command that calls AWS, apart from the stack.
  {
    part: /^infra\/remove\//,
    may: [/^infra\/(remove\/|(names|stage-option)\.ts$)/, /^lib\/aws\//, COMMAND_LINE, AWS_SDK, NODE],
  },
  // A command of admins, which reads their token as the functions do.
  {
    part: /^infra\/sign-in\//,
    may: [/^infra\/(sign-in|issuers)\//, /^lib\/admins\/token\.ts$/, COMMAND_LINE, ZOD, NODE],
  },
  // Commands that look at a stage's settings and ask AWS what it has of them.
  {
    part: /^infra\/((deploy|check)\/|deployed\.ts$)/,
    may: [/^infra\//, COMMAND_LINE, SETTINGS, AWS_SDK, NODE],
  },
  // The stack knows the contract, the tables, which events somebody understands, and what each function asks for.
  {
    part: /^infra\//,
    may: [
      /^infra\//,
      /^lib\/api\//,
      /^lib\/aws\/tables\.ts$/,
      /^lib\/[^/]+\/(rules|model)\.ts$/,
      COMMAND_LINE,
      ENVIRONMENT,
      SETTINGS,
      /^(aws-cdk-lib(\/|$)|constructs$|cdk-nag$|esbuild$)/,
      ZOD,
      NODE,
    ],
  },
  // The web console runs in a browser: the contract, and packages that do. A page knows other pages' parts and what all
  // share; what all share knows no page; and the frame, which knows them all, is known to none.
  { part: /^console\/(data|live|messages|session|ui)\//, may: [CONSOLE_SHARED, /^lib\/api\//, CONSOLE_PACKAGE] },
  { part: /^console\/features\//, may: [CONSOLE_SHARED, /^console\/features\//, /^lib\/api\//, CONSOLE_PACKAGE] },
  { part: /^console\//, may: [/^console\//, /^lib\/api\//, CONSOLE_PACKAGE] },
  // Makes executables and packages of the agent, and is no part of it.
  {
    part: /^agent\/package\//,
    may: [/^agent\/(package|install|platform)\//, COMMAND_LINE, /^(esbuild|resedit)$/, NODE],
  },
  // The agent runs on devices: the contract, how npm starts it, and what Node has.
  { part: /^agent\//, may: [/^agent\/(?!package\/)/, /^lib\/api\//, /^lib\/(npm|output|reason)\.ts$/, SETTINGS, NODE] },
  // A provider's fake is written from its documentation, and knows nothing of what is tested against it.
  { part: /^test\/fakes\//, may: [/^test\/fakes\//, NODE] },
  { part: /^test\//, may: [/^(lib|functions|infra|local|agent|test)\//, SETTINGS, ANY_PACKAGE] },
];

/** The folder of a function, `functions/agent/poll/`; its files may import each other. */
const functionFolder = (path: string): string | undefined => /^functions\/[^/]+\/[^/]+\//.exec(path)?.[0];

const resolve = ({ file, specifier }: Import): string =>
  specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier;

/** Whether a file of the project may have this import. */
export const isAllowed = (imported: Import): boolean => {
  const target = resolve(imported);
  const folder = functionFolder(imported.file);
  if (folder && target.startsWith(folder)) return !ENVIRONMENT.test(imported.file);
  const rule = RULES.find(({ part }) => part.test(imported.file));
  return rule?.may.some((allowed) => allowed.test(target)) ?? false;
};

/** Comments, or strings, which are matched so that what looks like a comment in one is left alone. */
const COMMENT_OR_STRING = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;
const SPECIFIER = /(?<!['"`.])\b(?:from|import|import\s*\(|require\s*\()\s*(['"`])([^'"`\s]+)\1/g;

/** Every specifier that a source imports, exports from, or loads later. */
export const specifiersIn = (source: string): string[] => {
  const code = source.replace(COMMENT_OR_STRING, (match) => (match.startsWith('/') ? '' : match));
  return [...code.matchAll(SPECIFIER)].map((match) => match[2] ?? '');
};

/** Every import of the project's TypeScript files. */
export const importsOf = (root: string): Import[] =>
  ['lib', 'functions', 'infra', 'local', 'agent', 'console', 'test'].flatMap((part) =>
    readdirSync(join(root, part), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.[cm]?[jt]sx?$/.test(path))
      .flatMap((path) => {
        const file = posix.join(part, path.replaceAll('\\', '/'));
        return specifiersIn(readFileSync(join(root, file), 'utf8')).map((specifier) => ({ file, specifier }));
      }),
  );
