/** @file The choice of an image of a dataset: its split and its number, one at random, or the one that is selected elsewhere. */

import { Shuffle } from 'lucide-react';
import { useEffect } from 'react';
import type { Split } from '../../../preload/contract/datasets';
import { select, useSelection } from '../../state/selection';
import { useWords } from '../../state/words';
import { IconButton } from '../../widgets/button';
import { DatasetPicker } from '../../widgets/dataset-picker';
import { NumberField } from '../../widgets/number-field';
import { SegmentedControl } from '../../widgets/segmented-control';
import styles from './image-choice.module.css';
import { useImageSource } from './images';
import type { Stepper } from './stepper';

export function ImageChoice({ stepper }: { stepper: Stepper }) {
  const t = useWords('diffusion');
  const { run, state, change } = stepper;
  const { split, index } = state;
  const source = useImageSource(stepper);
  const own = useImageSource({ run, state: { ...state, dataset: undefined } }).dataset?.name;
  const dataset = source.dataset?.name;
  const splits = source.dataset?.splits;
  const count = splits?.[split] ?? 0;

  const selected = useSelection((selection) => selection.selected);
  useEffect(() => {
    if (selected?.kind === 'image' && selected.dataset === dataset) change({ split: selected.split, index: selected.index });
  }, [selected, dataset, change]);
  const choose = (to: { split?: Split; index?: number }): void => {
    const place = { split, index, ...to };
    change(place);
    if (dataset) select({ kind: 'image', dataset, ...place, run });
  };

  return (
    <div className={styles['choice']}>
      <DatasetPicker value={source.dataset?.name ?? source.name} onChange={(name) => change({ dataset: name === own ? undefined : name, index: 0 })} />
      <SegmentedControl
        label={t('split')}
        options={(['train', 'test'] as const).map((value) => ({ value, label: t(`splits.${value}`), disabled: splits?.[value] === 0 }))}
        value={split}
        onChange={(value) => choose({ split: value, index: 0 })}
      />
      <div className={styles['number']}>
        <NumberField
          label={count > 0 ? t('imageNumber', { count: t.number(count, { maximumFractionDigits: 0 }) }) : t('image')}
          value={index + 1}
          min={1}
          max={Math.max(1, count)}
          onChange={(now) => now !== undefined && choose({ index: Math.min(Math.max(0, count - 1), Math.max(0, Math.round(now) - 1)) })}
        />
        <IconButton icon={Shuffle} variant="plain" label={t('anyImage')} onClick={() => choose({ index: Math.floor(Math.random() * count) })} disabled={count < 2} />
      </div>
    </div>
  );
}
