/** @file A tooltip: the words of what has none, after a moment, for the pointer and for the keyboard. */

import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { Keys } from './kbd';
import { useOverPage } from './over-page';
import styles from './popup.module.css';

export interface TooltipProps {
  text: ReactNode;
  /** A shortcut to show beside: 'mod+k'. */
  keys?: string;
  side?: 'top' | 'bottom' | 'left' | 'right';
  /** One element that can have a ref. */
  children: ReactElement;
}

export function Tooltip({ text, keys, side = 'bottom', children }: TooltipProps) {
  const container = useOverPage();
  return (
    <Base.Root>
      <Base.Trigger delay={500} render={children} />
      <Base.Portal container={container}>
        <Base.Positioner side={side} sideOffset={6} collisionPadding={8} className={styles['positioner']}>
          <Base.Popup className={styles['tooltip']}>
            {text}
            {keys && <Keys keys={keys} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
