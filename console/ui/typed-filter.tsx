/** A filter that is typed or pasted: it counts once the typing pauses. */
import Input from '@cloudscape-design/components/input';
import { useEffect, useState } from 'react';

const TYPING_MS = 400;

type TypedFilterProps = { label: string; value: string | undefined; onChange: (value: string) => void };

export const TypedFilter = ({ label, value = '', onChange }: TypedFilterProps) => {
  const [text, setText] = useState(value);
  const [before, setBefore] = useState(value);
  // Cleared, or changed by the browser's back button.
  if (value !== before) {
    setBefore(value);
    setText(value);
  }
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <Input
      type="search"
      ariaLabel={label}
      placeholder={label}
      value={text}
      onChange={({ detail }) => setText(detail.value)}
    />
  );
};
