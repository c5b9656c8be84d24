/** @file What the chosen block gives for the current image. */

import { useMemo, useState } from 'react';
import type { ActivationsResult } from '../../../preload/contract/network';
import { useWords } from '../../state/words';
import { Figure } from '../../widgets/figure';
import { ImageCanvas } from '../../widgets/image-canvas';
import styles from './activations.module.css';
import { ChannelMaps } from './channel-maps';
import { rangeOf } from './maps';
import { UnitBars } from './unit-bars';

export function Activations({ answer }: { answer: ActivationsResult }) {
  const t = useWords('network');
  const { size, values, channels } = answer;
  const [channel, setChannel] = useState(0);
  const limit = useMemo(() => {
    const { least, most } = rangeOf(values);
    return Math.max(Math.abs(least), Math.abs(most)) || 1;
  }, [values]);
  switch (size.kind) {
    case 'map': {
      const shown = Math.floor(values.length / (size.height * size.width));
      return (
        <>
          <ChannelMaps values={values} height={size.height} width={size.width} limit={limit} chosen={channel} onChoose={setChannel} />
          <p className={styles['note']}>{shown < channels ? t('someChannels', { shown, count: channels, limit: t.number(limit) }) : t('scale', { limit: t.number(limit) })}</p>
        </>
      );
    }
    case 'vector':
      return <UnitBars values={values} />;
    case 'sequence':
      return (
        <>
          <div className={styles['room']}>
            <ImageCanvas pixels={{ height: Math.floor(values.length / size.channels), width: size.channels, channels: 1, signed: values, limit }} label={t('rows', { length: size.length, channels: size.channels })} />
          </div>
          <p className={styles['note']}>{t('rowsNote', { limit: t.number(limit) })}</p>
        </>
      );
    default:
      return (
        <div className={styles['numbers']}>
          {Array.from(values.subarray(0, 12), (value, i) => (
            <Figure key={i} value={value} />
          ))}
        </div>
      );
  }
}
