/** @file One step of training on one image: x_0, a drawn t, the noise, the guess, and the loss of it. */

import { Dices } from 'lucide-react';
import { useMemo } from 'react';
import { lab } from '../../link/lab';
import { useCommand } from '../../state/commands';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Failed } from '../../widgets/failed';
import { Figure } from '../../widgets/figure';
import { Formula } from '../../widgets/formula';
import { MissingImages } from '../../widgets/missing-images';
import { Busy } from '../../widgets/progress';
import { Section } from '../../widgets/section';
import { Slider } from '../../widgets/slider';
import { Switch } from '../../widgets/switch';
import { Term } from '../../widgets/term';
import { paperTime } from './forward';
import { ImageChoice } from './image-choice';
import { useImageSource } from './images';
import { useKeptAnswer } from './kept-answer';
import { epsPixels, imagePixels } from './noise-pixels';
import { Picture, Pictures } from './pictures';
import { SeedField } from './sampler-fields';
import { ScheduleChart } from './schedule-chart';
import { useTimeWords, type Stepper } from './stepper';
import { TabFrame } from './tab-frame';
import styles from './training-tab.module.css';

const lossFormula = String.raw`L = \tfrac{1}{d}\,\lVert \varepsilon - \varepsilon_\theta(\sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\varepsilon,\ t) \rVert^2`;

export function TrainingTab({ stepper }: { stepper: Stepper }) {
  const t = useWords('diffusion');
  const { run, schedule, state, change, visible, device } = stepper;
  const source = useImageSource(stepper);
  const dataset = source.dataset?.name;
  const { at, split, index, seed, curve, trainingT } = state;
  const chosen = trainingT === undefined ? undefined : Math.min(trainingT, schedule.steps - 1);
  const args = { run, at, device, dataset, split, index, seed, t: chosen };
  const { value, error, again } = useKeptAnswer(visible && dataset !== undefined ? JSON.stringify(args) : undefined, (options) => lab.diffusion.trainingStep(args, options));
  const words = useTimeWords(stepper);
  const draw = (): void => change({ seed: seed + 1 });
  useCommand({ id: 'diffusion.draw', title: t('drawAgain'), keys: 'd', group: t('title'), run: draw });
  const pictures = useMemo(() => {
    if (!value) return undefined;
    const { shape, eps, guess } = value;
    return {
      x0: imagePixels(value.x0, shape),
      xt: imagePixels(value.xt, shape),
      predicted: imagePixels(value.predicted, shape),
      eps: epsPixels(eps, shape),
      guess: epsPixels(guess, shape),
      error: epsPixels(eps.map((one, i) => one - guess[i]), shape),
    };
  }, [value]);

  const main = !source.dataset ? (
    <MissingImages name={source.name} own={source.own} onLibrary={stepper.openLibrary} />
  ) : error ? (
    <Failed error={error} onRetry={again} />
  ) : !value || !pictures ? (
    <Busy label={t('computing')} />
  ) : (
    <>
      <Pictures>
        <Picture title={<Term id="x0">{t('theImage')}</Term>} label={t('picture.image', { number: index + 1 })} pixels={pictures.x0} />
        <Picture title={<Term id="first-noise">{t('theNoise')}</Term>} label={t('picture.eps')} pixels={pictures.eps} noise />
        <Picture title={<Term id="x-t">{t('xt')}</Term>} label={t('picture.noisy', { t: paperTime(value.t) })} pixels={pictures.xt} note={words(value.t)} />
      </Pictures>
      <Pictures>
        <Picture title={<Term id="predicted-noise">{t('guess')}</Term>} label={t('picture.guess', { t: paperTime(value.t) })} pixels={pictures.guess} noise />
        <Picture title={t('difference')} label={t('picture.difference')} pixels={pictures.error} noise />
        <Picture title={<Term id="predicted-x0">{t('predictedX0')}</Term>} label={t('picture.predicted', { t: paperTime(value.t) })} pixels={pictures.predicted} />
      </Pictures>
      <div className={styles['loss']}>
        <Figure value={value.loss} label={<Term id="noise-loss">{t('loss')}</Term>} how={t('lossHow', { count: t.number(value.eps.length) })} className={styles['figure']} />
        <span className={styles['formula']}>
          <Formula tex={lossFormula} />
        </span>
      </div>
    </>
  );
  return (
    <TabFrame
      aside={
        <>
          <Section title={t('image')}>
            <ImageChoice stepper={stepper} />
          </Section>
          <Section title={t('chance')}>
            <SeedField value={seed} onChange={(now) => change({ seed: now })} />
            <Switch label={t('drawTime')} help={t('drawTimeHelp', { total: schedule.steps })} checked={chosen === undefined} onChange={(drawn) => change({ trainingT: drawn ? undefined : (value?.t ?? 0) })} />
            {chosen !== undefined && (
              <Slider label={t('diffusionTime')} value={paperTime(chosen)} min={1} max={schedule.steps} step={1} onChange={(now) => change({ trainingT: now - 1 })} format={(now) => t('tIs', { t: now })} />
            )}
            <Button icon={Dices} variant="primary" onClick={draw}>
              {t('drawAgain')}
            </Button>
          </Section>
          {value && (
            <Section title={<Term id="noise-schedule" />}>
              <ScheduleChart schedule={schedule} t={value.t} curve={curve} onCurve={(now) => change({ curve: now })} />
            </Section>
          )}
        </>
      }
    >
      {main}
    </TabFrame>
  );
}
