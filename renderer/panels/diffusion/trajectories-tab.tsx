/** @file Many walks in one plane, from noise to images, with the dataset behind them. */

import { Waypoints } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { TrajectoriesResult } from '../../../preload/contract/diffusion';
import { useAnswer } from '../../link/answer';
import { lab } from '../../link/lab';
import type { ExportOffer } from '../../state/exporting';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Empty } from '../../widgets/empty';
import { ExportButton } from '../../widgets/export-button';
import { Failed } from '../../widgets/failed';
import { Figure } from '../../widgets/figure';
import { ImageGrid } from '../../widgets/image-grid';
import { MissingImages } from '../../widgets/missing-images';
import { NumberField } from '../../widgets/number-field';
import { Busy } from '../../widgets/progress';
import { Section } from '../../widgets/section';
import { SegmentedControl } from '../../widgets/segmented-control';
import { Term } from '../../widgets/term';
import { useImageSource } from './images';
import { imagePixels } from './noise-pixels';
import { PathsCanvas } from './paths-canvas';
import { usePlayback } from './playback';
import { usePlaybackCommands } from './playback-commands';
import { SamplerFields, SeedField } from './sampler-fields';
import { resolved } from './state';
import { useTimeWords, type Stepper } from './stepper';
import { TabFrame } from './tab-frame';
import { Timeline } from './timeline';
import styles from './trajectories-tab.module.css';

/** Answers that were had once: the panel shows them again without asking. */
const known = new Map<string, TrajectoriesResult>();
const mostKnown = 8;

export function TrajectoriesTab({ stepper }: { stepper: Stepper }) {
  const t = useWords('diffusion');
  const { run, schedule, state, change, visible, device } = stepper;
  const source = useImageSource(stepper);
  const dataset = source.dataset?.name;
  const { at, seed, speed, trajectories: choice } = state;
  const args = { run, at, device, dataset, seed, ...resolved(choice, schedule.steps), n: choice.n, points: choice.points, plane: choice.plane };
  const key = JSON.stringify(args);
  const [asked, setAsked] = useState<string | undefined>(known.has(key) ? key : undefined);
  const { error, pending, report, again, cancel } = useAnswer(visible && dataset !== undefined ? asked : undefined, async (options) => {
    const before = known.get(key);
    const result = before ?? (await lab.diffusion.trajectories(args, options));
    known.set(key, result);
    for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - mostKnown))) known.delete(oldest);
    return result;
  });
  const shown = known.get(key);
  const labels = source.dataset?.labels ?? [];
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const [hovered, setHovered] = useState<number | undefined>(undefined);
  const total = shown ? shown.timesteps.length - 1 : 0;
  const playback = usePlayback(key, total, shown ? total + 1 : 0, Number(speed), visible);
  usePlaybackCommands(playback, shown !== undefined);
  const time = useTimeWords(stepper);
  const images = useMemo(() => shown && imagePixels(shown.images, shown.shape), [shown]);
  const choose = (patch: Partial<typeof choice>): void => change({ trajectories: { ...choice, ...patch } });
  const ask = (): void => (asked === key ? again() : setAsked(key));
  const waiting = pending && asked === key;
  const offers: ExportOffer[] = dataset === undefined ? [] : [{ request: { what: 'trajectories', ...args } }];

  const main =
    !source.dataset ? (
      <MissingImages name={source.name} own={source.own} onLibrary={stepper.openLibrary} />
    ) : error && error.code !== 'cancelled' && asked === key ? (
      <Failed error={error} onRetry={again} />
    ) : waiting && !shown ? (
      <Busy label={t('walkingMany', { count: choice.n })} unit={t('stepsUnit')} report={report} onCancel={cancel} />
    ) : !shown || !images ? (
      <Empty
        icon={Waypoints}
        title={t('planeEmpty')}
        text={t('planeEmptyText', { count: choice.n })}
        action={
          <Button variant="primary" icon={Waypoints} onClick={ask}>
            {t('walkThem')}
          </Button>
        }
      />
    ) : (
      <>
        <div className={styles['plane']}>
          <PathsCanvas result={shown} moment={playback.moment} labels={labels} highlighted={hovered ?? chosen} onHover={setHovered} onChoose={setChosen} />
        </div>
        <Timeline
          playback={playback}
          total={total}
          available={total + 1}
          words={(moment) => time(shown.timesteps[moment])}
          speed={speed}
          onSpeed={(now) => change({ speed: now })}
          ticks={[Array.from({ length: total + 1 }, (_, i) => i / total)]}
        />
        <div className={styles['images']}>
          <ImageGrid pixels={images} count={choice.n} label={t('finishedImages')} zoom={shown.shape[1] > 40 || choice.n > 20 ? 1 : 2} selected={chosen} onSelect={(index) => setChosen(index === chosen ? undefined : index)} onHover={setHovered} />
        </div>
      </>
    );
  return (
    <TabFrame
      aside={
        <>
          <Section title={t('walks')} actions={<ExportButton offers={offers} small />}>
            <SamplerFields total={schedule.steps} value={choice} onChange={(now) => choose(now)} />
            <div className={styles['pair']}>
              <SeedField value={seed} onChange={(now) => change({ seed: now })} />
              <NumberField label={t('howManyWalks')} value={choice.n} min={1} max={256} onChange={(now) => now !== undefined && choose({ n: Math.min(256, Math.max(1, Math.round(now))) })} />
            </div>
            <SegmentedControl
              label={t('planeOf')}
              options={[
                { value: 'data', label: t('planes.data') },
                { value: 'walks', label: t('planes.walks') },
              ]}
              value={choice.plane}
              onChange={(plane) => choose({ plane })}
            />
            <NumberField label={t('pointsBehind')} value={choice.points} min={2} max={5000} step={100} onChange={(now) => now !== undefined && choose({ points: Math.min(5000, Math.max(2, Math.round(now))) })} />
            <Button icon={Waypoints} variant="primary" onClick={ask} disabled={waiting || shown !== undefined}>
              {t('walkThem')}
            </Button>
          </Section>
          {shown && (
            <Section title={<Term id="principal-plane" />}>
              <div className={styles['figures']}>
                <Figure value={100 * shown.explained[0]} unit="%" label={t('firstDirection')} how={t('fittedTo', { count: t.number(shown.fitted, { maximumFractionDigits: 0 }) })} options={{ maximumFractionDigits: 1 }} />
                <Figure value={100 * shown.explained[1]} unit="%" label={t('secondDirection')} how={t('fittedTo', { count: t.number(shown.fitted, { maximumFractionDigits: 0 }) })} options={{ maximumFractionDigits: 1 }} />
                {shown.trustworthiness && (
                  <Figure
                    value={shown.trustworthiness.value}
                    label={<Term id="trustworthiness" />}
                    how={t('trustHow', { neighbours: shown.trustworthiness.neighbours, count: t.number(shown.trustworthiness.sampled, { maximumFractionDigits: 0 }) })}
                    options={{ maximumSignificantDigits: 3 }}
                  />
                )}
              </div>
              <p className={styles['note']}>{t(`fittedWords.${choice.plane}`, { count: t.number(shown.fitted, { maximumFractionDigits: 0 }) })}</p>
            </Section>
          )}
        </>
      }
    >
      {main}
    </TabFrame>
  );
}
