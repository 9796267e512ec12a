/** The option `--stage` of the commands that look after a stage. */
import { UsageError } from '../lib/command-line.ts';
import { StageName } from './names.ts';

/** @throws UsageError where none is given, or it cannot be a stage's name */
export const readStage = (value: string | undefined): string => {
  if (value === undefined) throw new UsageError('--stage NAME is needed');
  const stage = StageName.safeParse(value);
  if (!stage.success) throw new UsageError(`--stage ${stage.error.issues[0]?.message}`);
  return stage.data;
};
