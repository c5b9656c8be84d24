/** @file The way from one image to another: along the chord or the great circle, step by step or played. */

import { ArrowLeftRight, Pause, Play } from 'lucide-react';
import { useWords } from '../../state/words';
import { Button, IconButton } from '../../widgets/button';
import { classes } from '../../widgets/class-names';
import { Failed } from '../../widgets/failed';
import { ImageCanvas } from '../../widgets/image-canvas';
import { ImageGrid } from '../../widgets/image-grid';
import { Progress } from '../../widgets/progress';
import { SegmentedControl } from '../../widgets/segmented-control';
import { Slider } from '../../widgets/slider';
import { Term } from '../../widgets/term';
import type { LatentState } from './spec';
import { useThumbnail } from './thumbnails';
import { pixelsOf, type Space } from './use-point';
import type { End, WalkState } from './use-walk';
import pictureStyles from './pictures.module.css';
import styles from './walk-tab.module.css';

export interface WalkTabProps {
  space: Space;
  from: End | undefined;
  to: End | undefined;
  walk: WalkState;
  settings: LatentState['walk'];
  onSettings(settings: LatentState['walk']): void;
  onSwap(): void;
  onFrom(): void;
  onTo(): void;
  /** Takes a step's vector over. */
  onTake(z: Float32Array): void;
}

export function WalkTab({ space, from, to, walk, settings, onSettings, onSwap, onFrom, onTo, onTake }: WalkTabProps) {
  const t = useWords('latent');
  const { value, error, report, again } = walk.answer;
  const count = value ? value.z.length / value.latentSize : 0;
  const pixels = value && pixelsOf(value.images, value.shape);
  const end = (one: End | undefined, title: string, set: () => void, name: string) => <WalkEnd space={space} end={one} title={title} set={set} name={name} />;
  return (
    <div className={styles['tab']}>
      <div className={pictureStyles['pictures']}>
        {end(from, t('walk.from'), onFrom, t('walk.setFrom'))}
        <figure>
          <div className={classes(pictureStyles['picture'], pictureStyles[pixels ? 'now' : 'open'])}>{pixels && <ImageCanvas pixels={pixels} index={walk.step} label={t('walk.step', { step: walk.step + 1, count })} />}</div>
          <figcaption>{pixels ? t('walk.step', { step: walk.step + 1, count }) : '\u00a0'}</figcaption>
        </figure>
        {end(to, t('walk.to'), onTo, t('walk.setTo'))}
      </div>
      {(!from || !to) && <p className={pictureStyles['note']}>{t('walk.empty')}</p>}
      {error && <Failed inline error={error} onRetry={again} />}
      {from && to && !pixels && !error && <Progress label={t('walk.busy')} report={report} />}
      {pixels && value && (
        <>
          <div className={styles['player']}>
            <IconButton icon={walk.playing ? Pause : Play} variant="plain" label={t(walk.playing ? 'walk.pause' : 'walk.play')} keys="p" onClick={() => walk.setPlaying(!walk.playing)} />
            <Slider
              className={styles['scrub']}
              label={t('walk.stepLabel')}
              hideLabel
              value={walk.step}
              min={0}
              max={count - 1}
              step={1}
              format={(step) => t('walk.step', { step: step + 1, count })}
              onChange={(step) => {
                walk.setPlaying(false);
                walk.setStep(step);
              }}
            />
            <Button onClick={() => onTake(value.z.slice(walk.step * value.latentSize, (walk.step + 1) * value.latentSize))}>{t('walk.take')}</Button>
          </div>
          <ImageGrid
            pixels={pixels}
            count={count}
            label={t('walk.all')}
            zoom={Math.max(1, Math.floor(42 / Math.max(pixels.height, pixels.width)))}
            selected={walk.step}
            onSelect={(step) => {
              walk.setPlaying(false);
              walk.setStep(step);
            }}
          />
        </>
      )}
      <div className={styles['settings']}>
        <SegmentedControl
          label={t('walk.method')}
          options={[
            { value: 'linear', label: t('walk.linear') },
            { value: 'slerp', label: t('walk.slerp') },
          ]}
          value={settings.method}
          onChange={(method) => onSettings({ ...settings, method })}
        />
        <Slider className={styles['steps']} label={t('walk.steps')} value={settings.steps} min={5} max={101} step={2} onChange={(steps) => onSettings({ ...settings, steps })} />
        <IconButton icon={ArrowLeftRight} label={t('walk.swap')} onClick={onSwap} disabled={!from && !to} />
      </div>
      <p className={pictureStyles['note']}>
        <Term id={settings.method === 'slerp' ? 'slerp' : 'lerp'}>{t(settings.method === 'slerp' ? 'walk.aboutSlerp' : 'walk.aboutLinear')}</Term>
      </p>
    </div>
  );
}

function WalkEnd({ space, end, title, set, name }: { space: WalkTabProps['space']; end: End | undefined; title: string; set: () => void; name: string }) {
  const t = useWords('latent');
  const image = useThumbnail(space, end?.place);
  return (
    <figure>
      <button type="button" className={classes(pictureStyles['picture'], pictureStyles['open'])} onClick={set} title={name}>
        {end && <ImageCanvas pixels={end.place ? image : end.image} label={title} />}
        {!end && <span>{t('walk.unset')}</span>}
      </button>
      <figcaption>{title}</figcaption>
      {end && !end.place && <span className={pictureStyles['note']}>{t('walk.vector')}</span>}
      {end?.place && <span className={pictureStyles['note']}>{t(`place.${end.place.split}`, { index: t.number(end.place.index, { maximumFractionDigits: 0 }) })}</span>}
    </figure>
  );
}
