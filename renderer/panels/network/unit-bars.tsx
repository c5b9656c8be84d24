/** @file Numbers of a vector as bars around zero. */

import { useMemo, useRef, useState } from 'react';
import { useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { diverging } from '../../theme/colours';
import { useSize } from '../../widgets/device-pixels';
import { RangeFacts } from './channel-maps';
import { rangeOf } from './maps';
import styles from './unit-bars.module.css';

export function UnitBars({ values }: { values: Float32Array }) {
  const t = useWords('network');
  // The line at zero and the colours of bars follow the theme.
  useSettings((settings) => settings.theme);
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box);
  const [over, setOver] = useState<number | undefined>(undefined);
  const range = useMemo(() => rangeOf(values), [values]);
  const limit = Math.max(Math.abs(range.least), Math.abs(range.most)) || 1;
  const step = width / values.length;
  const zero = height * (range.least >= 0 ? 1 : range.most <= 0 ? 0 : range.most / (range.most - range.least));
  const scale = height / (Math.max(0, range.most) - Math.min(0, range.least) || 1);
  const bars = useMemo(() => Array.from(values, (value, i) => ({ x: i * step, y: value >= 0 ? zero - value * scale : zero, height: Math.max(0.5, Math.abs(value) * scale), colour: diverging(Math.sign(value) * limit * 0.85, limit) })), [values, step, zero, scale, limit]);
  return (
    <div className={styles['parts']}>
      <div ref={box} className={styles['room']}>
        {width > 0 && (
          <svg
            role="img"
            aria-label={t('units', { count: values.length, least: t.number(range.least), most: t.number(range.most) })}
            width={width}
            height={height}
            className={styles['bars']}
            onPointerMove={(event) => setOver(Math.min(values.length - 1, Math.max(0, Math.floor((event.clientX - event.currentTarget.getBoundingClientRect().left) / step))))}
            onPointerLeave={() => setOver(undefined)}
          >
            {bars.map((bar, i) => (
              <rect key={i} x={bar.x} y={bar.y} width={Math.max(0.5, step > 3 ? step - 1 : step)} height={bar.height} fill={bar.colour} className={over === i ? styles['over'] : undefined} />
            ))}
            <line x1={0} x2={width} y1={zero} y2={zero} className={styles['zero']} />
          </svg>
        )}
      </div>
      <div className={styles['one']}>
        <p className={styles['title']}>{over === undefined ? t('allUnits') : t('unit', { number: over + 1, value: t.number(values[over]) })}</p>
        <RangeFacts {...range} />
      </div>
    </div>
  );
}
