/** @file A small card beside a button, for settings of a view. */

import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import { OverItself } from './over-page';
import styles from './popup.module.css';

export interface PopoverProps {
  /** Names the card. */
  label: string;
  /** The button that opens it. */
  trigger: ReactElement;
  side?: 'top' | 'bottom' | 'left' | 'right';
  align?: 'start' | 'center' | 'end';
  open?: boolean;
  onOpenChange?(open: boolean): void;
  children: ReactNode;
}

export function Popover({ label, trigger, side = 'bottom', align = 'start', open, onOpenChange, children }: PopoverProps) {
  return (
    <Base.Root open={open} onOpenChange={(now) => onOpenChange?.(now)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} side={side} align={align} sideOffset={6} collisionPadding={8}>
          <Base.Popup className={styles['card']} aria-label={label}>
            <OverItself>{children}</OverItself>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
