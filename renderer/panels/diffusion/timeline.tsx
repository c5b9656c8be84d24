/** @file The slider of a walk: noise at its left, the finished image at its right, a tick for each step of the sampler, filled as far as the walk has come. */

import { ChevronFirst, Pause, Play, StepBack, StepForward } from 'lucide-react';
import { useWords } from '../../state/words';
import { IconButton } from '../../widgets/button';
import { SegmentedControl } from '../../widgets/segmented-control';
import type { Playback } from './playback';
import styles from './timeline.module.css';
import { WalkTicks } from './walk-ticks';

export const speeds = ['0.25', '0.5', '1', '2', '4'] as const;
export type Speed = (typeof speeds)[number];

export interface TimelineProps {
  playback: Playback;
  /** The last moment; moments before `available` stand. */
  total: number;
  available: number;
  /** In words: 'step 12 of 50, t = 740'. */
  words(moment: number): string;
  speed: Speed;
  onSpeed(speed: Speed): void;
  /** One row of ticks for each walk: places from 0 to 1. */
  ticks: readonly (readonly number[])[];
  disabled?: boolean;
}

export function Timeline({ playback, total, available, words, speed, onSpeed, ticks, disabled = false }: TimelineProps) {
  const t = useWords('diffusion');
  const { moment, playing } = playback;
  const at = total > 0 ? moment / total : 0;
  const filled = total > 0 ? Math.max(0, available - 1) / total : 0;
  return (
    <div className={styles['timeline']}>
      <div className={styles['buttons']}>
        <IconButton icon={ChevronFirst} label={t('toNoise')} keys="home" onClick={() => playback.go(0)} disabled={disabled} />
        <IconButton icon={StepBack} label={t('stepBack')} keys="left" onClick={() => playback.step(-1)} disabled={disabled || moment === 0} />
        <IconButton icon={playing ? Pause : Play} variant="plain" label={t(playing ? 'pause' : 'play')} keys="k" onClick={playback.toggle} disabled={disabled} />
        <IconButton icon={StepForward} label={t('stepOn')} keys="right" onClick={() => playback.step(1)} disabled={disabled || moment >= available - 1} />
      </div>
      <div className={styles['slider']}>
        <WalkTicks rows={ticks} />
        <div className={styles['hold']}>
          <div className={styles['track']} aria-hidden>
            <div className={styles['filled']} style={{ width: `${filled * 100}%` }} />
            <div className={styles['passed']} style={{ width: `${at * 100}%` }} />
          </div>
          <input
            type="range"
            className={styles['range']}
            min={0}
            max={Math.max(1, total)}
            step={1}
            value={moment}
            disabled={disabled}
            aria-label={t('timeline')}
            aria-valuetext={words(moment)}
            onChange={(event) => playback.go(Number(event.target.value))}
            onKeyDown={(event) => {
              if (event.key !== ' ') return;
              event.preventDefault();
              playback.toggle();
            }}
          />
        </div>
        <div className={styles['ends']} aria-hidden>
          <span>{t('noiseEnd')}</span>
          <output className={styles['now']}>{words(moment)}</output>
          <span>{t('imageEnd')}</span>
        </div>
      </div>
      <SegmentedControl label={t('speed')} hideLabel options={speeds.map((value) => ({ value, label: t('times', { speed: Number(value) }) }))} value={speed} onChange={onSpeed} />
    </div>
  );
}
