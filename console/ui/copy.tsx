/** A button that copies a text, named by what it copies. */
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';

/** @param label its accessible name; `children` shows the text with the icon beside it */
export const Copy = ({ text, label, button = false }: { text: string; label: string; button?: boolean }) => {
  const t = useWords(common);
  return (
    <CopyToClipboard
      variant={button ? 'button' : 'icon'}
      copyButtonAriaLabel={label}
      {...(button && { copyButtonText: t.copy })}
      textToCopy={text}
      copySuccessText={t.copied}
      copyErrorText={t.copyFailed}
    />
  );
};
