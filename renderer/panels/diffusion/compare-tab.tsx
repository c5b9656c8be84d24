/** @file The same noise under different samplers, beside each other over one time. */

import { Plus, Square, Trash2, Wand2 } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { useCommand } from '../../state/commands';
import { useWords } from '../../state/words';
import { Button, IconButton } from '../../widgets/button';
import { Failed } from '../../widgets/failed';
import { Progress } from '../../widgets/progress';
import { Section } from '../../widgets/section';
import { Term } from '../../widgets/term';
import styles from './compare-tab.module.css';
import { momentAt, paperTime } from './forward';
import { imagePixels } from './noise-pixels';
import { walks } from './page-walks';
import { Picture, Pictures } from './pictures';
import { usePlayback } from './playback';
import { usePlaybackCommands } from './playback-commands';
import { SamplerFields, SeedField } from './sampler-fields';
import { ScheduleChart } from './schedule-chart';
import { resolved } from './state';
import { useTimeWords, type Stepper } from './stepper';
import { TabFrame } from './tab-frame';
import { Timeline } from './timeline';
import { settingsOf, walkKey, type Walk, type WalkSettings } from './walks';

/** Moments of the common time: enough for the eye, whatever T. */
const mostMoments = 1000;
const mostLanes = 4;
/** A walk of so many steps takes a moment: it begins by itself. */
const quickSteps = 100;

export function CompareTab({ stepper }: { stepper: Stepper }) {
  const t = useWords('diffusion');
  const { run, schedule, state, change, visible, device } = stepper;
  const { at, seed, lanes, curve, speed } = state;
  const settings: WalkSettings[] = lanes.map((lane) => ({ run, at, device, ...resolved(lane, schedule.steps), seed, n: 1 }));
  const keys = settings.map(walkKey);
  const asked = keys.join('\n');
  const all = walks.use();
  const found = keys.map((key): Walk | undefined => all[key]);
  const unfinished = found.some((walk) => walk?.state !== 'done');
  const running = found.some((walk) => walk?.state === 'running');
  const start = (): void => settings.forEach((one) => walks.start(one));
  const stop = (): void => keys.forEach((key) => walks.stop(key));
  // What is known already, and what takes a moment, needs no button.
  useEffect(() => {
    const quick = asked.split('\n').map(settingsOf).filter(({ steps }) => steps <= quickSteps);
    if (visible) quick.forEach((one) => walks.start(one));
  }, [visible, asked]);

  const total = Math.min(mostMoments, schedule.steps);
  /** The timestep of a moment of the common time: T - 1 first, -1 last. */
  const timestepOf = (moment: number): number => Math.round(schedule.steps - 1 - (moment * schedule.steps) / total);
  const begun = found.filter((walk) => walk && walk.available > 0);
  // The slider goes as far as the walk that is furthest behind.
  const reached = begun.length === 0 ? -1 : Math.max(...begun.map((walk) => walk!.timesteps[walk!.available - 1]));
  const available = begun.length === 0 ? 0 : Math.floor(((schedule.steps - 1 - reached) * total) / schedule.steps) + 1;
  const playback = usePlayback(asked, total, available, Number(speed), visible);
  usePlaybackCommands(playback, available > 0);
  useCommand({ id: 'diffusion.denoise', title: t(running ? 'stop' : 'denoise'), keys: 'mod+enter', group: t('title'), run: running ? stop : start, enabled: unfinished });
  const timestep = timestepOf(playback.moment);
  const time = useTimeWords(stepper);
  const done = begun.reduce((sum, walk) => sum + Math.min(walk!.available, walk!.total), 0);
  const steps = settings.reduce((sum, one) => sum + one.steps, 0);

  return (
    <TabFrame
      aside={
        <>
          <Section title={t('sameNoise')}>
            <SeedField value={seed} onChange={(now) => change({ seed: now })} />
            {running ? (
              <Button icon={Square} onClick={stop}>
                {t('stop')}
              </Button>
            ) : (
              <Button icon={Wand2} variant="primary" onClick={start} disabled={!unfinished}>
                {t('denoise')}
              </Button>
            )}
          </Section>
          {lanes.map((lane, place) => (
            <Section
              key={place}
              title={t('lane', { number: place + 1 })}
              actions={lanes.length > 1 && <IconButton small icon={Trash2} label={t('removeLane', { number: place + 1 })} onClick={() => change({ lanes: lanes.filter((_, other) => other !== place) })} />}
            >
              <SamplerFields total={schedule.steps} value={lane} onChange={(now) => change({ lanes: lanes.map((one, other) => (other === place ? now : one)) })} />
            </Section>
          ))}
          {lanes.length < mostLanes && (
            <Button icon={Plus} onClick={() => change({ lanes: [...lanes, { sampler: 'ddim', steps: Math.min(schedule.steps, 10), eta: 0 }] })}>
              {t('addLane')}
            </Button>
          )}
          <Section title={<Term id="noise-schedule" />}>
            <ScheduleChart schedule={schedule} t={timestep} curve={curve} onCurve={(now) => change({ curve: now })} />
          </Section>
        </>
      }
    >
      {found.map((walk, place) => (
        <Lane key={place} number={place + 1} settings={settings[place]} walk={walk} timestep={timestep} onRetry={start} />
      ))}
      <Timeline
        playback={playback}
        total={total}
        available={available}
        words={(moment) => time(timestepOf(moment))}
        speed={speed}
        onSpeed={(now) => change({ speed: now })}
        ticks={settings.map((one, place) => placesOf(found[place], one, schedule.steps))}
        disabled={available === 0}
      />
      {running && <Progress compact label={t('walking')} unit={t('stepsUnit')} report={{ phase: 'walk', done, total: steps }} onCancel={stop} />}
    </TabFrame>
  );
}

/** Ticks on the common time, from 0 (t = T) to 1 (t = 0). */
function placesOf(walk: Walk | undefined, { steps }: WalkSettings, total: number): number[] {
  if (walk && walk.total > 0) return Array.from(walk.timesteps.subarray(0, Math.max(1, walk.available)), (timestep) => (total - paperTime(timestep)) / total);
  return Array.from({ length: steps }, (_, i) => i / steps);
}

interface LaneProps {
  number: number;
  settings: WalkSettings;
  walk: Walk | undefined;
  timestep: number;
  onRetry(): void;
}

/** One sampler: where it stands at a time of the process. */
function Lane({ number, settings, walk, timestep, onRetry }: LaneProps) {
  const t = useWords('diffusion');
  const { sampler, steps, eta } = settings;
  const moment = walk && walk.available > 0 ? Math.min(walk.available - 1, momentAt(walk.timesteps, timestep)) : undefined;
  const { noisy, predicted, shape } = walk ?? {};
  const pictures = useMemo(() => {
    if (!noisy || !predicted || !shape || moment === undefined) return undefined;
    const size = shape.reduce((product, axis) => product * axis, 1);
    const of = (from: Uint8Array): Uint8Array => from.subarray(moment * size, (moment + 1) * size);
    return { noisy: imagePixels(of(noisy), shape), predicted: imagePixels(of(predicted), shape) };
  }, [noisy, predicted, shape, moment]);
  const nothing = walk ? undefined : t('notWalked');
  const name = sampler === 'ddpm' ? 'DDPM' : 'DDIM';
  const time = walk && moment !== undefined ? paperTime(walk.timesteps[moment]) : 0;
  return (
    <section className={styles['lane']} aria-label={t('lane', { number })}>
      <div className={styles['words']}>
        <h3>{name}</h3>
        <p>{t('stepsCount', { count: steps })}</p>
        {sampler === 'ddim' && <p>{t('etaIs', { eta: t.number(eta) })}</p>}
        {walk && moment !== undefined && <p className={styles['quiet']}>{t('laneMoment', { moment, total: walk.total, t: time })}</p>}
        {walk?.state === 'done' && <p className={styles['quiet']}>{t.seconds(walk.seconds)}</p>}
      </div>
      {walk?.error ? (
        <Failed error={walk.error} onRetry={onRetry} inline />
      ) : (
        <Pictures>
          <Picture title={<Term id="x-t">{t('xt')}</Term>} label={`${name}: ${t('picture.noisy', { t: time })}`} pixels={pictures?.noisy} nothing={nothing} />
          <Picture title={<Term id="predicted-x0">{t('predictedX0')}</Term>} label={`${name}: ${t('picture.predicted', { t: time })}`} pixels={pictures?.predicted} nothing={nothing} />
        </Pictures>
      )}
    </section>
  );
}
