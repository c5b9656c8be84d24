/** @file Below the drawing: the chosen block, the current image, and what the block gives for it. */

import { X } from 'lucide-react';
import { useState } from 'react';
import type { DrawingResult, NetworkBlock, NetworkSource } from '../../../preload/contract/network';
import { useAnswer } from '../../link/answer';
import { lab } from '../../link/lab';
import { useLibrary } from '../../state/library';
import { useWords } from '../../state/words';
import { IconButton } from '../../widgets/button';
import { Failed } from '../../widgets/failed';
import { ImageCanvas } from '../../widgets/image-canvas';
import { Busy } from '../../widgets/progress';
import { Slider } from '../../widgets/slider';
import { Term } from '../../widgets/term';
import { Activations } from './activations';
import { BlockFacts } from './block-facts';
import styles from './block-pane.module.css';
import { ImageChoice } from './image-choice';
import { MissingImages } from './missing-images';
import type { NetworkState } from './state';

export interface BlockPaneProps {
  source: NetworkSource;
  drawing: DrawingResult;
  block: NetworkBlock;
  state: NetworkState;
  change(patch: Partial<NetworkState>): void;
  device: string | undefined;
  visible: boolean;
}

export function BlockPane({ source, drawing: { feed, view }, block, state, change, device, visible }: BlockPaneProps) {
  const t = useWords('network');
  const { datasets, runs } = useLibrary();
  const run = 'run' in source ? source.run : undefined;
  const trained = runs?.find(({ name }) => name === run)?.dataset;
  const own = run === undefined ? undefined : (datasets?.find(({ hash }) => hash === trained?.hash)?.name ?? trained?.name);
  const wanted = state.dataset ?? own ?? datasets?.[0]?.name;
  const dataset = datasets?.find(({ name }) => name === wanted);
  const { split, index, seed } = state;
  /** While a hand moves the slider. */
  const [moved, setMoved] = useState<number | undefined>(undefined);
  const steps = feed.kind === 'noised' ? feed.steps : undefined;
  const time = steps === undefined ? undefined : Math.min(moved ?? state.t ?? Math.floor(steps / 2) - 1, steps - 1);
  const tensor = block.tensor ?? undefined;
  const isFed = feed.kind !== 'none' && view !== null;
  const args = { source, tensor: tensor ?? '', dataset: dataset?.name, split, index, seed, t: time, device };
  const { value, error, again, report } = useAnswer(visible && isFed && tensor !== undefined && dataset ? JSON.stringify(args) : undefined, (options) => lab.network.activations(args, options), 'keep');
  const label = value && value.label >= 0 ? dataset?.labels[value.label] : undefined;
  const content = !isFed ? (
    <p className={styles['note']}>{t('noFeed')}</p>
  ) : tensor === undefined ? (
    <p className={styles['note']}>{t('outputNote')}</p>
  ) : datasets === undefined ? (
    <Busy label={t('reading')} />
  ) : !dataset ? (
    <MissingImages name={wanted} />
  ) : error ? (
    <Failed error={error} onRetry={again} />
  ) : value ? (
    <Activations key={block.id} answer={value} />
  ) : (
    <Busy label={t('computing')} report={report} />
  );
  return (
    <section className={styles['frame']} aria-label={t('blockPane', { name: block.name })}>
      <div className={styles['pane']}>
        <div className={styles['facts']}>
          <div className={styles['head']}>
            <h3 className={styles['title']}>{block.name}</h3>
            <IconButton small icon={X} label={t('closeBlock')} keys="esc" onClick={() => change({ block: undefined })} />
          </div>
          <BlockFacts block={block} explained />
        </div>
        {isFed && datasets !== undefined && (
          <div className={styles['given']}>
            <ImageChoice dataset={dataset} own={own} state={state} change={change} run={run} />
            {steps !== undefined && time !== undefined && (
              <Slider
                label={t('time')}
                labelContent={<Term id="diffusion-time">{t('time')}</Term>}
                value={time + 1}
                min={1}
                max={steps}
                step={1}
                onChange={(now) => setMoved(now - 1)}
                onCommit={(now) => {
                  setMoved(undefined);
                  change({ t: now - 1 });
                }}
                format={(now) => t('timeOf', { t: now, steps })}
              />
            )}
            {value?.input && (
              <div className={styles['input']}>
                <ImageCanvas zoom={Math.max(1, Math.floor(56 / Math.max(value.input.shape[0], value.input.shape[1])))} pixels={{ height: value.input.shape[0], width: value.input.shape[1], channels: value.input.shape[2] as 1 | 3, bytes: value.input.pixels }} label={t('inputImage', { number: index + 1 })} />
                <span>{label === undefined ? t('goesIn') : t('goesInLabel', { label })}</span>
              </div>
            )}
            {feed.kind === 'latent' && <p className={styles['note']}>{t(feed.encodes ? 'encodedFirst' : 'drawnLatent')}</p>}
          </div>
        )}
        <div className={styles['values']}>{content}</div>
      </div>
    </section>
  );
}
