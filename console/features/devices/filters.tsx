/** The filters of the list of devices. All of them are in the address. */
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { useCallback } from 'react';
import { PLATFORMS } from '../../../lib/api/devices.ts';
import { listGroups } from '../../../lib/api/groups.ts';
import type { Query } from '../../data/read.ts';
import { useList } from '../../data/read.ts';
import { common } from '../../messages/common.ts';
import { useWords } from '../../messages/language.ts';
import type { AddressChange } from '../../ui/address.ts';
import { Choice, type ChoiceOption } from '../../ui/choice.tsx';
import { TypedFilter } from '../../ui/typed-filter.tsx';
import { PLATFORM_NAMES } from './platforms.ts';
import { UNSEEN_DAYS } from './query.ts';
import { deviceWords } from './words.ts';

/** Less often asked for. */
const MORE = ['agentVersion', 'serialNumber', 'unseenDays'] as const;
export const FILTERS = ['nameContains', 'platform', 'groupId', 'online', ...MORE] as const;
export type DeviceFilter = (typeof FILTERS)[number];
export type Filters = Readonly<Partial<Record<DeviceFilter, string>>>;

type FilterProps = { filters: Filters; onChange: (change: AddressChange) => void };

/** The first hundred groups; one that the address names is shown by its id beyond that. */
const useGroupOptions = (): ChoiceOption[] => {
  const groups = useList(listGroups, { limit: '100' });
  return (groups.data?.pages ?? []).flatMap(({ items }) =>
    items.filter(({ id }) => id !== 'all').map(({ id, name }) => ({ value: id, label: name })),
  );
};

const MoreFilters = ({ filters, onChange }: FilterProps) => {
  const t = useWords(deviceWords);
  const ofVersion = useCallback((agentVersion: string) => onChange({ agentVersion }), [onChange]);
  const ofSerial = useCallback((serialNumber: string) => onChange({ serialNumber }), [onChange]);
  const unseen = UNSEEN_DAYS.map((days) => ({ value: String(days), label: t.unseenFor(days) }));
  return (
    <ExpandableSection headerText={t.moreFilters} defaultExpanded={MORE.some((name) => filters[name] !== undefined)}>
      <div className="ra-filters">
        <TypedFilter label={t.agent} value={filters.agentVersion} onChange={ofVersion} />
        <TypedFilter label={t.serial} value={filters.serialNumber} onChange={ofSerial} />
        <Choice
          label={t.lastSeen}
          all={t.lastSeenAny}
          value={filters.unseenDays}
          options={unseen}
          onChange={(unseenDays) => onChange({ unseenDays })}
        />
      </div>
    </ExpandableSection>
  );
};

export const DeviceFilters = ({ filters, onChange }: FilterProps) => {
  const t = useWords(deviceWords);
  const { any } = useWords(common);
  const groups = useGroupOptions();
  const ofName = useCallback((nameContains: string) => onChange({ nameContains }), [onChange]);
  const platforms = PLATFORMS.map((platform) => ({ value: platform, label: PLATFORM_NAMES[platform] }));
  const presence = [
    { value: 'true', label: t.online },
    { value: 'false', label: t.offline },
  ];
  const choices = [
    ['platform', t.system, platforms],
    ['groupId', t.group, groups],
    ['online', t.presence, presence],
  ] as const;
  return (
    <div>
      <div className="ra-filters">
        <TypedFilter label={t.find} value={filters.nameContains} onChange={ofName} />
        {choices.map(([name, label, options]) => (
          <Choice
            key={name}
            label={label}
            all={`${label}: ${any}`}
            value={filters[name]}
            options={options}
            onChange={(value) => onChange({ [name]: value })}
          />
        ))}
      </div>
      <MoreFilters filters={filters} onChange={onChange} />
    </div>
  );
};

export const NO_FILTERS: Query = Object.fromEntries(FILTERS.map((name) => [name, undefined]));
