/** @file The forward process: an image of a dataset noised to any t, as fast as a hand moves. */

import { useMemo, useState } from 'react';
import { lab } from '../../link/lab';
import { useCommand } from '../../state/commands';
import { useWords } from '../../state/words';
import { ExportButton } from '../../widgets/export-button';
import { Failed } from '../../widgets/failed';
import { MissingImages } from '../../widgets/missing-images';
import { Busy } from '../../widgets/progress';
import { Section } from '../../widgets/section';
import { Slider } from '../../widgets/slider';
import { Term } from '../../widgets/term';
import { alphaBarAt, noiseTo, paperTime } from './forward';
import { ImageChoice } from './image-choice';
import { useImageSource } from './images';
import { useKeptAnswer } from './kept-answer';
import { epsPixels, imagePixels } from './noise-pixels';
import { Picture, Pictures } from './pictures';
import { SeedField } from './sampler-fields';
import { ScheduleChart } from './schedule-chart';
import { useTimeWords, type Stepper } from './stepper';
import { TabFrame } from './tab-frame';

/** Of a strip: both ends and eight between. */
const stripMoments = 10;

export function NoiseTab({ stepper }: { stepper: Stepper }) {
  const t = useWords('diffusion');
  const { run, schedule, state, change, visible, device } = stepper;
  const { at, split, index, seed, curve } = state;
  const source = useImageSource(stepper);
  const dataset = source.dataset?.name;
  /** While a hand moves the slider. */
  const [moved, setMoved] = useState<number | undefined>(undefined);
  const args = { run, at, device, dataset, split, index, seed, t: [] };
  const { value, error, again } = useKeptAnswer(visible && dataset !== undefined ? JSON.stringify(args) : undefined, (options) => lab.diffusion.noised(args, options));
  const words = useTimeWords(stepper);

  const held = Math.min(moved ?? state.t ?? Math.floor(schedule.steps / 2) - 1, schedule.steps - 1);
  const abar = alphaBarAt(schedule, held);
  const pictures = useMemo(
    () => value && { x0: imagePixels(value.x0, value.shape), xt: imagePixels(noiseTo(value.x0, value.eps, abar), value.shape), eps: epsPixels(value.eps, value.shape) },
    [value, abar],
  );
  const move = (by: number): void => change({ t: Math.min(schedule.steps - 1, Math.max(-1, held + by)) });
  useCommand({ id: 'diffusion.less', title: t('lessNoise'), keys: 'left', group: t('title'), run: () => move(-1) });
  useCommand({ id: 'diffusion.more', title: t('moreNoise'), keys: 'right', group: t('title'), run: () => move(1) });
  const label = value && value.label >= 0 ? source.dataset?.labels[value.label] : undefined;
  const strip = Array.from({ length: stripMoments }, (_, i) => Math.round((i * (schedule.steps - 1)) / (stripMoments - 1)));

  const main = !source.dataset ? (
    <MissingImages name={source.name} own={source.own} onLibrary={stepper.openLibrary} />
  ) : error ? (
    <Failed error={error} onRetry={again} />
  ) : !pictures ? (
    <Busy label={t('reading')} />
  ) : (
    <>
      <Pictures>
        <Picture title={<Term id="x0">{t('theImage')}</Term>} label={t('picture.image', { number: index + 1 })} pixels={pictures.x0} note={label === undefined ? undefined : t('labelIs', { label })} />
        <Picture title={<Term id="forward-process">{t('noisyImage')}</Term>} label={t('picture.noisy', { t: paperTime(held) })} pixels={pictures.xt} note={words(held)} />
        <Picture title={<Term id="first-noise">{t('theNoise')}</Term>} label={t('picture.eps')} pixels={pictures.eps} noise />
      </Pictures>
      <Slider
        label={t('diffusionTime')}
        labelContent={<Term id="diffusion-time">{t('diffusionTime')}</Term>}
        value={paperTime(held)}
        min={0}
        max={schedule.steps}
        step={1}
        onChange={(now) => setMoved(now - 1)}
        onCommit={(now) => {
          setMoved(undefined);
          change({ t: now - 1 });
        }}
        format={(now) => words(now - 1)}
      />
    </>
  );
  return (
    <TabFrame
      aside={
        <>
          <Section title={t('image')} actions={<ExportButton offers={[{ request: { what: 'noised', run, at, device, dataset, split, index, seed, t: strip } }]} small />}>
            <ImageChoice stepper={stepper} />
            <SeedField value={seed} onChange={(now) => change({ seed: now })} />
          </Section>
          <Section title={<Term id="noise-schedule" />}>
            <ScheduleChart schedule={schedule} t={held} curve={curve} onCurve={(now) => change({ curve: now })} />
          </Section>
        </>
      }
    >
      {main}
    </TabFrame>
  );
}
