/** @file Tabs inside a panel. */

import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { classes } from './class-names';
import styles from './tabs.module.css';

export interface TabsProps<Value extends string> {
  /** What the tabs choose among. */
  label: string;
  tabs: readonly { value: Value; label: ReactNode; count?: number; disabled?: boolean; content: ReactNode }[];
  value: Value;
  onChange(value: Value): void;
  /** Stands at the end of the row of tabs. */
  actions?: ReactNode;
  className?: string;
}

/** Fills its parent; only the chosen tab's content is drawn. */
export function Tabs<Value extends string>({ label, tabs, value, onChange, actions, className }: TabsProps<Value>) {
  return (
    <Base.Root value={value} onValueChange={(now) => onChange(now as Value)} className={classes(styles['tabs'], className)}>
      <div className={styles['row']}>
        <Base.List className={styles['list']} aria-label={label}>
          {tabs.map((tab) => (
            <Base.Tab key={tab.value} value={tab.value} disabled={tab.disabled} className={styles['tab']}>
              {tab.label}
              {tab.count !== undefined && <span className={styles['count']}>{tab.count}</span>}
            </Base.Tab>
          ))}
        </Base.List>
        {actions && <div className={styles['actions']}>{actions}</div>}
      </div>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className={styles['panel']}>
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
