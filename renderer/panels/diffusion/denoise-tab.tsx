/** @file The reverse walk: x_t, the x_0 predicted from it and the predicted noise, step by step over one slider. */

import { Square, Wand2 } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { useCommand } from '../../state/commands';
import type { ExportOffer } from '../../state/exporting';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Empty } from '../../widgets/empty';
import { ExportButton } from '../../widgets/export-button';
import { Failed } from '../../widgets/failed';
import { MissingImages } from '../../widgets/missing-images';
import { NumberField } from '../../widgets/number-field';
import { Progress } from '../../widgets/progress';
import { Section } from '../../widgets/section';
import { SegmentedControl } from '../../widgets/segmented-control';
import { Slider } from '../../widgets/slider';
import { Term } from '../../widgets/term';
import { paperTime } from './forward';
import { ImageChoice } from './image-choice';
import { useImageSource } from './images';
import { imagePixels, noisePixels } from './noise-pixels';
import { Picture, Pictures } from './pictures';
import { usePlayback } from './playback';
import { SamplerFields, SeedField } from './sampler-fields';
import { ScheduleChart } from './schedule-chart';
import { resolved } from './state';
import { useTimeWords, type Stepper } from './stepper';
import styles from './denoise-tab.module.css';
import { TabFrame } from './tab-frame';
import { Timeline } from './timeline';
import { usePlaybackCommands } from './playback-commands';
import { walks } from './page-walks';
import { settingsOf, walkKey, type Walk, type WalkSettings } from './walks';

/** A walk of so many images times steps takes a moment: it begins by itself. */
const quickSteps = 200;

export function walkSettings({ run, schedule, state, device }: Stepper, dataset: string | undefined): WalkSettings {
  const { at, seed, walk, split, index } = state;
  const t = Math.max(0, Math.min(schedule.steps - 1, state.t ?? Math.floor(schedule.steps / 2) - 1));
  return { run, at, device, ...resolved(walk, schedule.steps), seed, n: walk.n, from: walk.begin === 'image' ? { dataset, split, index, t } : undefined };
}

/** Ticks of a walk's steps, from 0 (noise) to 1 (the image). */
export const stepPlaces = (total: number): number[] => Array.from({ length: total + 1 }, (_, i) => i / Math.max(1, total));

export function DenoiseTab({ stepper }: { stepper: Stepper }) {
  const t = useWords('diffusion');
  const { schedule, state, change, visible } = stepper;
  const { walk: choice, seed, curve, speed } = state;
  const source = useImageSource(stepper);
  const settings = walkSettings(stepper, source.dataset?.name);
  const lacking = settings.from !== undefined && !source.dataset;
  const key = walkKey(settings);
  const walk = walks.use((all) => all[key]);
  const quick = settings.steps * settings.n <= quickSteps;
  useEffect(() => {
    if (!visible || !quick || lacking) return;
    return walks.want(settingsOf(key));
  }, [visible, quick, lacking, key]);
  const available = walk?.available ?? 0;
  const total = walk?.total ?? 0;
  const running = walk?.state === 'running';
  const playback = usePlayback(key, total, available, Number(speed), visible);
  const begin = (): void => void walks.start(settings);
  usePlaybackCommands(playback, available > 0);
  useCommand({ id: 'diffusion.denoise', title: t(running ? 'stop' : 'denoise'), keys: 'mod+enter', group: t('title'), run: () => (running ? walks.stop(key) : begin()), enabled: walk?.state !== 'done' });

  const time = useTimeWords(stepper);
  const momentWords = (moment: number): string => (walk && total > 0 ? t('momentOf', { moment, total, time: time(walk.timesteps[moment]) }) : '');
  const timestep = walk && available > 0 ? walk.timesteps[playback.moment] : schedule.steps - 1;
  const choose = (patch: Partial<typeof choice>): void => change({ walk: { ...choice, ...patch } });

  return (
    <TabFrame
      aside={
        <>
          <Section title={t('settings')} actions={<ExportButton offers={() => offersOf(settings, t)} small disabled={available === 0} />}>
            <SamplerFields total={schedule.steps} value={choice} onChange={choose} />
            <div className={styles['pair']}>
              <SeedField value={seed} onChange={(now) => change({ seed: now })} />
              <NumberField label={t('imagesBeside')} value={choice.n} min={1} max={4} onChange={(now) => now !== undefined && choose({ n: Math.min(4, Math.max(1, Math.round(now))) })} />
            </div>
            <SegmentedControl
              label={t('begin')}
              options={[
                { value: 'noise', label: t('begins.noise') },
                { value: 'image', label: t('begins.image') },
              ]}
              value={choice.begin}
              onChange={(begins) => choose({ begin: begins })}
            />
            {choice.begin === 'image' && (
              <>
                <ImageChoice stepper={stepper} />
                <Slider
                  label={t('noisedTo')}
                  value={paperTime(settings.from?.t ?? 0)}
                  min={1}
                  max={schedule.steps}
                  step={1}
                  onChange={(now) => change({ t: now - 1 })}
                  format={(now) => t('tIs', { t: now })}
                />
              </>
            )}
            {running ? (
              <Button icon={Square} onClick={() => walks.stop(key)}>
                {t('stop')}
              </Button>
            ) : (
              <Button icon={Wand2} variant="primary" onClick={begin} disabled={lacking || walk?.state === 'done'}>
                {t(walk?.state === 'stopped' ? 'goOn' : 'denoise')}
              </Button>
            )}
          </Section>
          <Section title={<Term id="noise-schedule" />}>
            <ScheduleChart schedule={schedule} t={timestep} curve={curve} onCurve={(now) => change({ curve: now })} ticks={walk && total > 0 ? walk.timesteps : undefined} />
          </Section>
        </>
      }
    >
      {lacking ? (
        <MissingImages name={source.name} own={source.own} onLibrary={stepper.openLibrary} />
      ) : walk?.error && available === 0 ? (
        <Failed error={walk.error} onRetry={begin} />
      ) : !walk ? (
        <Empty
          icon={Wand2}
          title={t('walkEmpty')}
          text={t('walkEmptyText', { count: settings.steps })}
          action={
            <Button variant="primary" icon={Wand2} onClick={begin}>
              {t('denoise')}
            </Button>
          }
        />
      ) : (
        <>
          {walk.error && <Failed error={walk.error} onRetry={begin} inline />}
          <WalkPictures walk={walk} moment={playback.moment} />
          <Timeline
            playback={playback}
            total={total}
            available={available}
            words={momentWords}
            speed={speed}
            onSpeed={(now) => change({ speed: now })}
            ticks={[total > 0 ? stepPlaces(total) : []]}
            disabled={available === 0}
          />
          {running && settings.steps * settings.n > quickSteps ? (
            <Progress compact label={t('walking')} unit={t('stepsUnit')} report={{ phase: 'walk', done: Math.min(available, total), total }} onCancel={() => walks.stop(key)} />
          ) : (
            <p className={styles['note']}>{walk.state === 'done' ? t('walked', { count: total, time: t.seconds(walk.seconds), device: t(`window:device.${walk.device}`) }) : '\u00a0'}</p>
          )}
        </>
      )}
    </TabFrame>
  );
}

/** The three pictures of a moment. */
function WalkPictures({ walk, moment }: { walk: Walk; moment: number }) {
  const t = useWords('diffusion');
  const { shape, available, noisy, predicted, noise } = walk;
  const pictures = useMemo(() => {
    if (shape.length === 0) return undefined;
    const size = shape.reduce((product, axis) => product * axis, 1);
    const of = (all: Uint8Array): Uint8Array => all.subarray(moment * size, (moment + 1) * size);
    return { noisy: imagePixels(of(noisy), shape), predicted: imagePixels(of(predicted), shape), noise: noisePixels(of(noise), shape) };
  }, [noisy, predicted, noise, shape, moment]);
  const count = walk.settings.n;
  const time = available > 0 ? paperTime(walk.timesteps[moment]) : 0;
  return (
    <Pictures>
      <Picture title={<Term id="x-t">{t('xt')}</Term>} label={t('picture.noisy', { t: time })} pixels={pictures?.noisy} count={count} />
      <Picture title={<Term id="predicted-x0">{t('predictedX0')}</Term>} label={t('picture.predicted', { t: time })} pixels={pictures?.predicted} count={count} />
      <Picture title={<Term id="predicted-noise">{t('predictedNoise')}</Term>} label={t('picture.guess', { t: time })} pixels={pictures?.noise} count={count} noise nothing={walk.total > 0 && moment === walk.total ? t('noNoiseLeft') : undefined} />
    </Pictures>
  );
}

function offersOf(settings: WalkSettings, t: (key: string) => string): ExportOffer[] {
  return [
    { request: { what: 'denoising', ...settings, show: ['noisy', 'predicted', 'noise'] }, title: t('export.three') },
    { request: { what: 'denoising', ...settings, show: ['noisy'] }, title: t('export.noisy') },
    { request: { what: 'denoising', ...settings, show: ['predicted'] }, title: t('export.predicted') },
  ];
}
