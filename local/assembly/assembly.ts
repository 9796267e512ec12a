/** Reads what `cdk synth` wrote: the one stack's template, and where each asset lies. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf, StartError } from '../errors.ts';

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});

const AssetManifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
});

const Template = z.object({
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() })).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), Resource),
});

export type TemplateResource = z.infer<typeof Resource>;
export type Template = z.infer<typeof Template>;

export type Assembly = {
  stackName: string;
  template: Template;
  /** From an asset's object key, as the template names it, to its file or folder. */
  assets: ReadonlyMap<string, string>;
};

const read = <T extends z.ZodType>(schema: T, path: string): z.infer<T> => {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new StartError(`The synthesized stack cannot be read: ${path}: ${why}\nRun \`npm run synth\` to see why.`);
  }
};

/** Reads the assembly in `directory`, which must hold exactly one stack. */
export const readAssembly = (directory: string): Assembly => {
  const { artifacts } = read(Manifest, join(directory, 'manifest.json'));
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const stack = stacks[0];
  if (!stack || stacks.length > 1) {
    throw new StartError(`${directory} holds ${stacks.length} stacks: the local stack runs exactly one.`);
  }
  const [stackName, { properties = {} }] = stack;
  const assets = new Map<string, string>();
  for (const { type, properties: asset } of Object.values(artifacts)) {
    if (type !== 'cdk:asset-manifest') continue;
    const { files } = read(AssetManifest, join(directory, String(asset?.['file'])));
    for (const { source, destinations } of Object.values(files)) {
      for (const { objectKey } of Object.values(destinations)) {
        if (source.path !== undefined) assets.set(objectKey, join(directory, source.path));
      }
    }
  }
  const template = read(Template, join(directory, String(properties['templateFile'])));
  return { stackName: String(properties['stackName'] ?? stackName), template, assets };
};
