/** All event source mappings of the stack. */
import type { Engine } from '../engines/transport.ts';
import type { Journal } from '../journal.ts';
import type { Model } from '../resources/model.ts';
import { Checkpoints } from './checkpoints.ts';
import { QueueSource } from './queue.ts';
import type { EventSource, SourceParts } from './source.ts';
import { StreamSource } from './stream.ts';
import { StreamReader } from './stream-reader.ts';

/** Makes the event sources, not started yet. `streams`: from a stream's ARN in the template to the engine's own. */
export const createSources = (
  model: Pick<Model, 'mappings' | 'tables'>,
  streams: ReadonlyMap<string, string>,
  dynamodb: Engine,
  journal: Journal,
  parts: SourceParts,
): EventSource[] => {
  const checkpoints = new Checkpoints(journal);
  return model.mappings.map((mapping) => {
    const engineArn = streams.get(mapping.sourceArn);
    if (engineArn === undefined) return new QueueSource(mapping, parts);
    const table = model.tables.find(({ streamArn }) => streamArn === mapping.sourceArn)?.name ?? '';
    return new StreamSource(
      mapping,
      table,
      new StreamReader(dynamodb, engineArn, mapping.sourceArn),
      checkpoints,
      parts,
    );
  });
};
