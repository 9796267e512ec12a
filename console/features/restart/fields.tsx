/** The fields of an order. */
import Checkbox from '@cloudscape-design/components/checkbox';
import DatePicker from '@cloudscape-design/components/date-picker';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import TimeInput from '@cloudscape-design/components/time-input';
import { useWords } from '../../messages/language.ts';
import { serverNow } from '../../ui/server-time.ts';
import { hasMoreOptions, instantOf, type OrderForm } from './order.ts';
import { restartWords } from './words.ts';

const GRACE_MINUTES = [0, 1, 5, 15, 30, 60, 240];

type FieldsProps = { form: OrderForm; onChange: (change: Partial<OrderForm>) => void };

const Start = ({ form, onChange }: FieldsProps) => {
  const t = useWords(restartWords);
  const at = form.start ? instantOf(form.start) : undefined;
  const isPast = at !== undefined && at < serverNow();
  return (
    <FormField label={t.start} {...(isPast && { errorText: t.inThePast })}>
      <SpaceBetween size="xs">
        <RadioGroup
          ariaLabel={t.start}
          value={form.start ? 'later' : 'now'}
          items={[
            { value: 'now', label: t.now },
            { value: 'later', label: t.later },
          ]}
          onChange={({ detail }) => onChange({ start: detail.value === 'now' ? null : { date: '', time: '' } })}
        />
        {form.start && (
          <FormField constraintText={t.zone(Intl.DateTimeFormat().resolvedOptions().timeZone)}>
            <SpaceBetween direction="horizontal" size="xs">
              <DatePicker
                ariaLabel={t.date}
                value={form.start.date}
                onChange={({ detail }) => onChange({ start: { date: detail.value, time: form.start?.time ?? '' } })}
              />
              <TimeInput
                ariaLabel={t.time}
                format="hh:mm"
                placeholder="hh:mm"
                value={form.start.time}
                onChange={({ detail }) => onChange({ start: { date: form.start?.date ?? '', time: detail.value } })}
              />
            </SpaceBetween>
          </FormField>
        )}
      </SpaceBetween>
    </FormField>
  );
};

/** Fields that take a whole number, with their words. */
const NUMBERS = [
  ['deliverWithin', 'deliverWithinMinutes'],
  ['returnWithin', 'returnWithinMinutes'],
  ['postponements', 'maxPostponements'],
  ['maxPerMinute', 'maxPerMinute'],
  ['abortAfter', 'abortAfterFailures'],
] as const;

const MoreOptions = ({ form, onChange }: FieldsProps) => {
  const t = useWords(restartWords);
  return (
    <ExpandableSection headerText={t.moreOptions} defaultExpanded={hasMoreOptions(form)}>
      <SpaceBetween size="s">
        {NUMBERS.map(([word, field]) => (
          <FormField key={field} label={t[word]}>
            <Input
              type="number"
              inputMode="numeric"
              value={form[field]}
              onChange={({ detail }) => onChange({ [field]: detail.value })}
            />
          </FormField>
        ))}
        <Checkbox checked={form.mayReject} onChange={({ detail }) => onChange({ mayReject: detail.checked })}>
          {t.mayReject}
        </Checkbox>
        <Checkbox checked={form.force} onChange={({ detail }) => onChange({ force: detail.checked })}>
          {t.force}
        </Checkbox>
      </SpaceBetween>
    </ExpandableSection>
  );
};

export const OrderFields = ({ form, onChange }: FieldsProps) => {
  const t = useWords(restartWords);
  const options = GRACE_MINUTES.map((n) => ({ value: String(n), label: n === 0 ? t.noWarning : t.minutes(n) }));
  return (
    <SpaceBetween size="m">
      <FormField label={t.message} description={t.messageHint}>
        <Textarea rows={2} value={form.message} onChange={({ detail }) => onChange({ message: detail.value })} />
      </FormField>
      <FormField label={t.warnFor}>
        <Select
          options={options}
          selectedOption={options.find(({ value }) => value === String(form.graceMinutes)) ?? null}
          onChange={({ detail }) => onChange({ graceMinutes: Number(detail.selectedOption.value) })}
        />
      </FormField>
      <Start form={form} onChange={onChange} />
      <MoreOptions form={form} onChange={onChange} />
    </SpaceBetween>
  );
};
