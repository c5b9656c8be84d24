/** @file Samples from the same noise as they improve: scrubbed over the training step, played like a film. */

import { Pause, Play, SkipForward } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useCommand } from '../../state/commands';
import { useWords } from '../../state/words';
import { IconButton } from '../../widgets/button';
import { useSize } from '../../widgets/device-pixels';
import { ExportButton } from '../../widgets/export-button';
import { Failed } from '../../widgets/failed';
import { ImageGrid } from '../../widgets/image-grid';
import { Section } from '../../widgets/section';
import { Slider } from '../../widgets/slider';
import styles from './view.module.css';
import { useSamples } from './use-run';

export interface SamplesProps {
  run: string;
  /** Steps that have samples, ascending; undefined: not heard of yet. */
  steps: readonly number[] | undefined;
  /** The chosen one; the newest when absent. */
  at: number | undefined;
  onChange(at: number | undefined): void;
  visible: boolean;
  /** More may come. */
  live: boolean;
}

const frameMs = 350;

/** The place of the last step <= `at`; the newest without one. */
export function placeOf(steps: readonly number[], at: number | undefined): number {
  if (at === undefined) return steps.length - 1;
  return Math.max(0, steps.findLastIndex((step) => step <= at));
}

export function SamplesView({ run, steps, at, onChange, visible, live }: SamplesProps) {
  const t = useWords('run');
  const place = steps ? placeOf(steps, at) : -1;
  const step = steps?.[place];
  const { samples, error } = useSamples(visible ? run : undefined, step);
  const [playing, setPlaying] = useState(false);
  const newest = useRef({ place, steps });
  newest.current = { place, steps };

  useEffect(() => {
    if (!playing || !visible) return;
    const timer = window.setInterval(() => {
      const { place: now, steps: all } = newest.current;
      if (!all || now >= all.length - 1) {
        setPlaying(false);
        onChange(undefined);
      } else onChange(all[now + 1]);
    }, frameMs);
    return () => window.clearInterval(timer);
  }, [playing, visible]);
  const play = (): void => {
    if (!steps || steps.length < 2) return;
    if (!playing && place === steps.length - 1) onChange(steps[0]);
    setPlaying((now) => !now);
  };
  useCommand({ id: 'run.play', title: t(playing ? 'samples.pause' : 'samples.play'), keys: 'p', run: play, enabled: (steps?.length ?? 0) > 1 });

  return (
    <Section title={t('samples.title')} actions={step !== undefined && <ExportButton offers={[{ request: { what: 'progress', run } }, { request: { what: 'progress', run, step }, title: t('samples.label', { count: samples?.count ?? 0, step: t.number(step, { maximumFractionDigits: 0 }) }) }]} small />} className={styles['samples']}>
      {steps?.length === 0 && <p className={styles['quiet']}>{t(live ? 'samples.soon' : 'samples.none')}</p>}
      {error && <Failed inline error={error} />}
      {samples && <Sheet {...samples} label={t('samples.label', { count: samples.count, step: t.number(samples.step, { maximumFractionDigits: 0 }) })} />}
      {steps && steps.length > 0 && (
        <div className={styles['scrubber']}>
          <IconButton icon={playing ? Pause : Play} label={t(playing ? 'samples.pause' : 'samples.play')} keys="p" onClick={play} disabled={steps.length < 2} />
          <Slider
            label={t('samples.step')}
            value={place}
            min={0}
            max={Math.max(1, steps.length - 1)}
            step={1}
            onChange={(now) => {
              setPlaying(false);
              onChange(now >= steps.length - 1 ? undefined : steps[now]);
            }}
            format={(now) => t.number(steps[Math.min(steps.length - 1, now)] ?? 0, { maximumFractionDigits: 0 })}
            disabled={steps.length < 2}
            className={styles['slider']}
          />
          <IconButton icon={SkipForward} label={t('samples.newest')} onClick={() => onChange(undefined)} disabled={at === undefined} />
        </div>
      )}
      {samples && <p className={styles['quiet']}>{t('samples.how')}</p>}
    </Section>
  );
}

/** Square, at the largest whole zoom that its part of the panel has room for. */
function Sheet({ pixels, count, label }: { pixels: Parameters<typeof ImageGrid>[0]['pixels']; count: number; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const columns = Math.ceil(Math.sqrt(count));
  const zoom = Math.max(1, Math.floor((Math.min(width, 620) - 2 * (columns - 1)) / (columns * pixels.width)));
  return (
    <div ref={box} className={styles['sheet']}>
      {width > 0 && <ImageGrid pixels={pixels} count={count} columns={columns} zoom={zoom} gap={2} label={label} />}
    </div>
  );
}
