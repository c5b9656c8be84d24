/** @file A choice of one from a list, in groups if need be. */

import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { classes } from './class-names';
import fieldStyles from './field.module.css';
import { useOverPage } from './over-page';
import styles from './popup.module.css';

export interface Option<Value extends string> {
  value: Value;
  label: string;
  /** What tells it from its like, in quiet words below. */
  note?: string;
  group?: string;
  disabled?: boolean;
}

export interface SelectProps<Value extends string> {
  label: ReactNode;
  /** The label is read to those who do not see, and not shown. */
  hideLabel?: boolean;
  help?: ReactNode;
  options: readonly Option<Value>[];
  /** undefined: nothing is chosen yet. */
  value: Value | undefined;
  onChange(value: Value): void;
  /** Shown while nothing is chosen. */
  placeholder?: string;
  disabled?: boolean;
  className?: string;
}

/** Groups keep the order in which they first stand in `options`. */
export function Select<Value extends string>({ label, hideLabel = false, help, options, value, onChange, placeholder, disabled, className }: SelectProps<Value>) {
  const helpId = useId();
  const container = useOverPage();
  const groups = [...new Set(options.map(({ group }) => group))];
  const item = (option: Option<Value>) => (
    <Base.Item key={option.value} value={option.value} disabled={option.disabled} className={styles['item']}>
      <span className={styles['check']}>
        <Base.ItemIndicator>
          <Check size={14} aria-hidden />
        </Base.ItemIndicator>
      </span>
      <span className={styles['itemText']}>
        <Base.ItemText>{option.label}</Base.ItemText>
        {option.note && <div className={styles['itemNote']}>{option.note}</div>}
      </span>
    </Base.Item>
  );
  return (
    <div className={classes(fieldStyles['field'], className)}>
      <Base.Root items={options as Option<Value>[]} value={value ?? null} onValueChange={(chosen) => chosen !== null && onChange(chosen as Value)} disabled={disabled} modal={false}>
        <Base.Label className={hideLabel ? fieldStyles['hidden'] : fieldStyles['label']}>
          {label}
        </Base.Label>
        <Base.Trigger className={fieldStyles['control']} aria-describedby={help ? helpId : undefined}>
          <Base.Value className={fieldStyles['value']} placeholder={placeholder ?? '\u00a0'} />
          <ChevronDown size={14} aria-hidden className={fieldStyles['chevron']} />
        </Base.Trigger>
        <Base.Portal container={container}>
          <Base.Positioner className={styles['positioner']} alignItemWithTrigger={false} align="start" sideOffset={4} collisionPadding={8}>
            <Base.Popup className={styles['list']}>
              {groups.map((group) =>
                group === undefined ? (
                  options.filter((option) => option.group === undefined).map(item)
                ) : (
                  <Base.Group key={group}>
                    <Base.GroupLabel className={styles['group']}>{group}</Base.GroupLabel>
                    {options.filter((option) => option.group === group).map(item)}
                  </Base.Group>
                ),
              )}
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
      {help && (
        <div id={helpId} className={fieldStyles['help']}>
          {help}
        </div>
      )}
    </div>
  );
}
