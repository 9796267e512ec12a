/** The devices that are selected, and may be left out of a restart of a whole group. */
import Checkbox from '@cloudscape-design/components/checkbox';
import { useWords } from '../../messages/language.ts';
import { Names } from '../../ui/names.tsx';
import { namedIn, type RestartTarget } from './order.ts';
import { restartWords } from './words.ts';

type ExceptionsProps = {
  /** The target as it was given. */
  given: RestartTarget;
  /** Ids of those that are no exceptions after all. */
  ignored: ReadonlySet<string>;
  onChange: (ignored: ReadonlySet<string>) => void;
};

export const Exceptions = ({ given, ignored, onChange }: ExceptionsProps) => {
  const t = useWords(restartWords);
  const all = namedIn(given);
  if (given.kind === 'devices' || all.length === 0) return null;
  const excepted = all.filter(({ id }) => !ignored.has(id));
  return (
    <Checkbox
      checked={excepted.length > 0}
      onChange={({ detail }) => onChange(new Set(detail.checked ? [] : all.map(({ id }) => id)))}
      description={<Names of={all} />}
    >
      {t.except(all.length)}
    </Checkbox>
  );
};
