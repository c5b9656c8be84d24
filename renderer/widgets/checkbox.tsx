/** @file A checkbox. */

import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import { ToggleRow, type ToggleProps } from './toggle-row';
import styles from './toggle.module.css';

export interface CheckboxProps extends ToggleProps {
  /** Some of what it stands for is chosen. */
  mixed?: boolean;
  /** The label is read to those who do not see, and not shown. */
  hideLabel?: boolean;
}

export function Checkbox({ mixed = false, ...props }: CheckboxProps) {
  const { checked, onChange, disabled } = props;
  return (
    <ToggleRow {...props}>
      {(named) => (
        <Base.Root checked={checked} indeterminate={mixed} onCheckedChange={(now) => onChange(now)} disabled={disabled} className={styles['box']} {...named}>
          <Base.Indicator className={styles['tick']}>{mixed ? <Minus size={12} strokeWidth={3} aria-hidden /> : <Check size={12} strokeWidth={3} aria-hidden />}</Base.Indicator>
        </Base.Root>
      )}
    </ToggleRow>
  );
}
