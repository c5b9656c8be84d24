/** @file The current image: its dataset, split and number, one at random, or the one that is selected elsewhere. */

import { Shuffle } from 'lucide-react';
import { useEffect } from 'react';
import type { KnownDataset } from '../../../preload/contract/domains/datasets';
import { select, useSelection } from '../../state/selection';
import { useWords } from '../../state/words';
import { IconButton } from '../../widgets/button';
import { DatasetPicker } from '../../widgets/dataset-picker';
import { NumberField } from '../../widgets/number-field';
import { SegmentedControl } from '../../widgets/segmented-control';
import styles from './image-choice.module.css';
import type { NetworkState } from './state';

export interface ImageChoiceProps {
  dataset: KnownDataset | undefined;
  /** The run's own, which needs no naming. */
  own: string | undefined;
  state: NetworkState;
  change(patch: Partial<NetworkState>): void;
  run: string | undefined;
}

export function ImageChoice({ dataset, own, state: { split, index }, change, run }: ImageChoiceProps) {
  const t = useWords('network');
  const count = dataset?.splits[split] ?? 0;
  const name = dataset?.name;
  const selected = useSelection((selection) => selection.selected);
  useEffect(() => {
    if (selected?.kind === 'image' && selected.dataset === name) change({ split: selected.split, index: selected.index });
  }, [selected, name, change]);
  const choose = (to: { split?: NetworkState['split']; index?: number }): void => {
    const place = { split, index, ...to };
    change(place);
    if (name !== undefined) select({ kind: 'image', dataset: name, ...place, run });
  };
  return (
    <div className={styles['choice']}>
      <DatasetPicker value={name ?? own} onChange={(chosen) => change({ dataset: chosen === own ? undefined : chosen, index: 0 })} />
      <SegmentedControl
        label={t('split')}
        hideLabel
        options={(['train', 'test'] as const).map((value) => ({ value, label: t(`splits.${value}`), disabled: dataset?.splits[value] === 0 }))}
        value={split}
        onChange={(value) => choose({ split: value, index: 0 })}
      />
      <div className={styles['number']}>
        <NumberField
          label={t('imageNumber', { count: t.number(count, { maximumFractionDigits: 0 }) })}
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
