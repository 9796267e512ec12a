/** A button that copies a text. */
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';

/** @param label its accessible name; without it the button says what it does, and what stands around it says of what */
export const Copy = ({ text, label }: { text: string; label?: string }) => {
  const t = useWords(common);
  return (
    <CopyToClipboard
      {...(label === undefined ? { variant: 'button', copyButtonText: t.copy } : { variant: 'icon' })}
      copyButtonAriaLabel={label ?? t.copy}
      textToCopy={text}
      copySuccessText={t.copied}
      copyErrorText={t.copyFailed}
    />
  );
};
