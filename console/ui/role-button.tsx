/** A button that is shown to everybody, and disabled with the reason to those who may not press it. */
import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import type { Role } from '../../lib/api/operation.ts';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { useSignedIn } from '../session/context.tsx';

type RoleButtonProps = ButtonProps & { needs: Role };

export const RoleButton = ({ needs, disabled = false, ...props }: RoleButtonProps) => {
  const t = useWords(common);
  const { may } = useSignedIn();
  if (may(needs)) return <Button {...props} disabled={disabled} />;
  return <Button {...props} disabled disabledReason={t.needs(t.roles[needs])} />;
};
