/** @file Two parts of a view with a bar between them that can be moved, by the pointer and by the keys. */

import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { classes } from './class-names';
import styles from './split.module.css';

export interface SplitProps {
  /** Names the bar: what it sizes. */
  label: string;
  first: ReactNode;
  second: ReactNode;
  /** Share of the first part, 0 to 1. */
  share: number;
  /** When the bar rests. */
  onShareChange(share: number): void;
  /** One above the other. */
  vertical?: boolean;
  /** Least and most share of the first part. */
  limits?: readonly [number, number];
}

export function Split({ label, first, second, share, onShareChange, vertical = false, limits = [0.15, 0.85] }: SplitProps) {
  const box = useRef<HTMLDivElement>(null);
  const [live, setLive] = useState<number | undefined>(undefined);
  const [least, most] = limits;
  const held = Math.min(most, Math.max(least, live ?? share));
  const at = (event: PointerEvent): number => {
    const { left, top, width, height } = box.current!.getBoundingClientRect();
    const place = vertical ? (event.clientY - top) / height : (event.clientX - left) / width;
    return Math.min(most, Math.max(least, place));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const [back, on] = vertical ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
    const moved = { [back!]: held - 0.05, [on!]: held + 0.05, Home: least, End: most }[event.key];
    if (moved === undefined) return;
    event.preventDefault();
    onShareChange(Math.min(most, Math.max(least, moved)));
  };
  return (
    <div ref={box} className={classes(styles['split'], vertical && styles['vertical'])}>
      <div className={styles['part']} style={{ flex: `${held} 1 0` }}>
        {first}
      </div>
      {/* A separator that can be moved is a control: it takes the focus and the arrow keys. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        role="separator"
        aria-label={label}
        aria-orientation={vertical ? 'horizontal' : 'vertical'}
        aria-valuenow={Math.round(held * 100)}
        aria-valuemin={Math.round(least * 100)}
        aria-valuemax={Math.round(most * 100)}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className={styles['bar']}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setLive(at(event));
        }}
        onPointerMove={(event) => live !== undefined && setLive(at(event))}
        onPointerUp={() => {
          if (live !== undefined) onShareChange(live);
          setLive(undefined);
        }}
        onPointerCancel={() => setLive(undefined)}
      />
      <div className={styles['part']} style={{ flex: `${1 - held} 1 0` }}>
        {second}
      </div>
    </div>
  );
}
