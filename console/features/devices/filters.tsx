/** The filters of the list of devices. All of them are in the address. */
import Grid from '@cloudscape-design/components/grid';
import Select from '@cloudscape-design/components/select';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import { PLATFORMS } from '../../../lib/api/devices.ts';
import { listGroups } from '../../../lib/api/groups.ts';
import { useList } from '../../app/queries.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import type { Filters } from '../../ui/address.ts';
import { PLATFORM_NAMES } from './columns.tsx';
import { deviceWords } from './words.ts';

export const FILTERS = ['nameContains', 'platform', 'groupId', 'online'] as const;
type Filter = (typeof FILTERS)[number];

type FilterProps = { filters: Readonly<Partial<Record<Filter, string>>>; onChange: (change: Filters) => void };

type Option = { value: string; label: string };

const Choice = ({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string | undefined;
  options: readonly Option[];
  onChange: (value: string) => void;
}) => {
  const t = useWords(common);
  const all = [{ value: '', label: `${label}: ${t.any}` }, ...options];
  return (
    <Select
      ariaLabel={label}
      options={all}
      selectedOption={all.find((option) => option.value === (value ?? '')) ?? null}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
    />
  );
};

/** The first hundred groups; one that the address names is shown by its id beyond that. */
const useGroupOptions = (): Option[] => {
  const groups = useList(listGroups, { limit: '100' });
  return (groups.data?.pages ?? []).flatMap(({ items }) =>
    items.filter(({ id }) => id !== 'all').map(({ id, name }) => ({ value: id, label: name })),
  );
};

export const DeviceFilters = ({ filters, onChange }: FilterProps) => {
  const t = useWords(deviceWords);
  const [text, setText] = useState(filters.nameContains ?? '');
  const groups = useGroupOptions();
  const platforms = PLATFORMS.map((platform) => ({ value: platform, label: PLATFORM_NAMES[platform] }));
  const presence = [
    { value: 'true', label: t.online },
    { value: 'false', label: t.offline },
  ];
  const half = { default: 6, s: 2 };
  return (
    <Grid
      gridDefinition={[{ colspan: { default: 12, s: 6 } }, ...Array.from({ length: 3 }, () => ({ colspan: half }))]}
    >
      <TextFilter
        filteringText={text}
        filteringAriaLabel={t.find}
        filteringPlaceholder={t.find}
        onChange={({ detail }) => setText(detail.filteringText)}
        onDelayedChange={({ detail }) => onChange({ nameContains: detail.filteringText.trim() })}
      />
      <Choice
        label={t.system}
        value={filters.platform}
        options={platforms}
        onChange={(platform) => onChange({ platform })}
      />
      <Choice label={t.group} value={filters.groupId} options={groups} onChange={(groupId) => onChange({ groupId })} />
      <Choice
        label={t.presence}
        value={filters.online}
        options={presence}
        onChange={(online) => onChange({ online })}
      />
    </Grid>
  );
};
