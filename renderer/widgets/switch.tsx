/** @file A switch: on or off, at once. */

import { Switch as Base } from '@base-ui/react/switch';
import { ToggleRow, type ToggleProps } from './toggle-row';
import styles from './toggle.module.css';

export function Switch(props: ToggleProps) {
  const { checked, onChange, disabled } = props;
  return (
    <ToggleRow {...props}>
      {(named) => (
        <Base.Root checked={checked} onCheckedChange={(now) => onChange(now)} disabled={disabled} className={styles['switch']} {...named}>
          <Base.Thumb className={styles['knob']} />
        </Base.Root>
      )}
    </ToggleRow>
  );
}
