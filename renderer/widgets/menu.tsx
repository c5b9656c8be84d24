/** @file A menu on a button, and one on a right click. */

import { ContextMenu as ContextBase } from '@base-ui/react/context-menu';
import { Menu as Base } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import { Fragment, type ReactElement, type ReactNode } from 'react';
import { Keys } from './kbd';
import { useOverPage } from './over-page';
import styles from './popup.module.css';

export interface MenuItem {
  id: string;
  label: string;
  icon?: LucideIcon;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  /** Starts a new part of the menu. */
  ruled?: boolean;
  run(): void;
}

const Items = ({ items }: { items: readonly MenuItem[] }): ReactNode =>
  items.map(({ id, label, icon: Icon, keys, danger, disabled, ruled, run }) => (
    <Fragment key={id}>
      {ruled && <Base.Separator className={styles['rule']} />}
      <Base.Item className={styles['item']} disabled={disabled} onClick={run} style={danger ? { color: 'var(--bad)' } : undefined}>
        {Icon && <Icon size={15} aria-hidden />}
        <span className={styles['itemText']}>{label}</span>
        {keys && <Keys keys={keys} />}
      </Base.Item>
    </Fragment>
  ));

/** `children` is the button that opens it: an element that can have a ref. */
export function Menu({ items, children, align = 'start' }: { items: readonly MenuItem[]; children: ReactElement; align?: 'start' | 'end' }) {
  const container = useOverPage();
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={children} />
      <Base.Portal container={container}>
        <Base.Positioner className={styles['positioner']} align={align} sideOffset={4} collisionPadding={8}>
          <Base.Popup className={styles['popup']}>
            <Items items={items} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** The menu of what `children` is: by a right click or the menu key. Everything in it must be reachable in another way too. */
export function ContextMenu({ items, children }: { items: readonly MenuItem[]; children: ReactElement }) {
  const container = useOverPage();
  return (
    <ContextBase.Root>
      <ContextBase.Trigger render={children} />
      <ContextBase.Portal container={container}>
        <ContextBase.Positioner className={styles['positioner']} collisionPadding={8}>
          <ContextBase.Popup className={styles['popup']}>
            <Items items={items} />
          </ContextBase.Popup>
        </ContextBase.Positioner>
      </ContextBase.Portal>
    </ContextBase.Root>
  );
}
