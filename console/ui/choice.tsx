/** A filter with a few choices, of which the first is no filter. */
import Select from '@cloudscape-design/components/select';

export type ChoiceOption = { value: string; label: string };

type ChoiceProps = {
  label: string;
  /** The chosen one; without it the first. */
  value: string | undefined;
  /** Where there is no filter. */
  all: string;
  options: readonly ChoiceOption[];
  onChange: (value: string) => void;
};

export const Choice = ({ label, value = '', all, options, onChange }: ChoiceProps) => {
  const choices = [{ value: '', label: all }, ...options];
  // One that the address names and nobody offers is shown as it is.
  const chosen = choices.find((option) => option.value === value) ?? { value, label: value };
  return (
    <Select
      ariaLabel={label}
      options={choices}
      selectedOption={chosen}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
    />
  );
};
