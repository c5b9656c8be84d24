/** @file A training, live and afterwards: its state and orders, its curves, its samples from the same noise, its evaluation. */

import { ChartSpline, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { MethodForm } from '../../../preload/contract/domains/training';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import { lab } from '../../link/lab';
import { useCommand } from '../../state/commands';
import { useLibrary } from '../../state/library';
import { useCurves } from '../../state/run-curves';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { useSize } from '../../widgets/device-pixels';
import { Empty } from '../../widgets/empty';
import { Failed } from '../../widgets/failed';
import { Busy } from '../../widgets/progress';
import { RunPicker } from '../../widgets/run-picker';
import { Split } from '../../widgets/split';
import type { PanelProps } from '../panel';
import { CurvesView } from './curves';
import { Evaluation } from './evaluation';
import { ForkDialog } from './fork-dialog';
import { Header, type Orders } from './header';
import { placeOf, SamplesView } from './samples';
import type { RunSpec, RunState } from './spec';
import { isActive, useKept, useRun } from './use-run';
import styles from './view.module.css';

/** Narrower panels have samples under the curves. */
const besideWidth = 760;
/** An order that was not carried out by then may be given again. */
const orderMs = 8_000;

export function View({ context, spec, state, onSpecChange, onStateChange }: PanelProps<RunSpec, RunState>) {
  const t = useWords('run');
  const w = useWords('window');
  const runs = useLibrary((library) => library.runs);
  const { run } = spec;
  const { info, job, evaluation } = useRun(run);
  if (!runs) return <Busy label={t('reading')} />;
  if (run === undefined) {
    return (
      <Empty
        icon={ChartSpline}
        title={t('empty.title')}
        text={t('empty.text')}
        action={
          runs.length > 0 ? (
            <RunPicker value={undefined} onChange={(name) => onSpecChange({ run: name })} hideLabel />
          ) : (
            <Button variant="primary" onClick={() => context.open('train', {})}>
              {t('empty.action')}
            </Button>
          )
        }
      />
    );
  }
  if (!info) {
    if (isActive(job)) return <Busy label={job.progress && w.has(`phase.${job.progress.phase}`) ? w(`phase.${job.progress.phase}`) : t('preparing')} report={job.progress} onCancel={() => void lab.jobs.cancel({ id: job.id })} cancelling={job.state === 'cancelling'} />;
    const again = (
      <Button variant="primary" onClick={() => context.open('train', {})}>
        {t('backToPlan')}
      </Button>
    );
    if (job?.error) return <Failed error={job.error} action={again} />;
    return <Empty icon={ChartSpline} title={t('gone', { run })} text={t('goneText')} action={<RunPicker value={undefined} onChange={(name) => onSpecChange({ run: name })} hideLabel />} />;
  }
  return <Shown key={run} context={context} spec={spec} state={state} onSpecChange={onSpecChange} onStateChange={onStateChange} now={{ info, job, evaluation }} />;
}

type ShownProps = PanelProps<RunSpec, RunState> & { now: ReturnType<typeof useRun> };

function Shown({ context, state, onStateChange, now }: ShownProps) {
  const t = useWords('run');
  const { job, evaluation } = now;
  const info = now.info as NonNullable<typeof now.info>;
  const run = info.name;
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const active = isActive(job);
  const { curves, error: curvesError } = useCurves(run, context.visible);
  const kept = useKept(run, context.visible);
  const form = useFormOf(info.method, t.language);
  const [failure, setFailure] = useState<ErrorJson | undefined>(undefined);
  const [forking, setForking] = useState(false);
  const [order, setOrder] = useState<string | undefined>(undefined);

  const latest = useRef(state);
  latest.current = state;
  const change = (patch: Partial<RunState>): void => {
    latest.current = { ...latest.current, ...patch };
    onStateChange(latest.current);
  };

  // An order holds until the training says that it carried it out.
  const phase = job?.progress?.phase;
  const paused = phase === 'paused';
  useEffect(() => setOrder(undefined), [paused, active]);
  useEffect(() => {
    if (order === undefined) return;
    const timer = window.setTimeout(() => setOrder(undefined), orderMs);
    return () => window.clearTimeout(timer);
  }, [order]);

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setFailure(undefined);
    try {
      await work();
    } catch (caught) {
      setOrder(undefined);
      setFailure(errorToJson(caught));
    }
  };
  const give = (name: 'pause' | 'resume' | 'stop'): void => {
    setOrder(name);
    void attempt(() => lab.training[name]({ run }));
  };
  const minutesDone = info.seconds / 60;
  const orders: Orders = {
    pause: () => give('pause'),
    resume: () => give('resume'),
    stop: () => give('stop'),
    cancel: () => job && void attempt(() => lab.jobs.cancel({ id: job.id })),
    goOn: ({ minutes, steps, endless }) =>
      void attempt(() => lab.training.goOn({ run, ...(endless ? {} : minutes !== undefined ? { minutes: minutesDone + minutes } : { steps: info.steps + (steps ?? 1000) }) })),
    fork: () => setForking(true),
    evaluate: () => void attempt(() => lab.training.evaluate({ run })),
    open: (panel) => context.open(panel, { run }),
  };
  useCommand({ id: 'run.pause', title: t(paused ? 'resume' : 'pause'), keys: 'k', run: () => (paused ? orders.resume() : orders.pause()), enabled: active });
  useCommand({ id: 'run.stop', title: t('stop'), run: orders.stop, enabled: active });
  useCommand({ id: 'run.fork', title: t('fork.action'), run: orders.fork, enabled: (kept?.checkpoints.length ?? 0) > 0 });
  useCommand({ id: 'run.evaluate', title: t('evaluate'), run: orders.evaluate, enabled: info.abilities.length > 0 && !isActive(evaluation) });

  const from = kept?.checkpoints.at(-1) ?? 0;
  /** To the totals it was to reach; without them until it is stopped. */
  const goOnFrom = (): void => void attempt(() => lab.training.goOn({ run, ...remaining(info) }));
  const samplesAt = kept?.samples[placeOf(kept.samples, state.at)];
  const curvesPart = (
    <div className={styles['part']}>
      {curvesError ? <Failed inline error={curvesError} /> : <CurvesView run={run} curves={curves} names={form?.metrics ?? {}} state={state} change={change} marker={state.at === undefined ? undefined : samplesAt} />}
    </div>
  );
  const samplesPart = (
    <div className={styles['part']}>
      <SamplesView run={run} steps={kept?.samples} at={state.at} onChange={(at) => change({ at })} visible={context.visible} live={active} />
      <Evaluation job={evaluation} found={info.evaluation} onCancel={(id) => void lab.jobs.cancel({ id })} />
    </div>
  );
  return (
    <div ref={box} className={styles['page']}>
      <Header info={info} job={job} evaluating={isActive(evaluation)} orders={orders} ordered={order !== undefined} />
      {failure && (
        <div className={styles['notice']}>
          <Failed inline error={failure} />
        </div>
      )}
      {!active && info.status === 'failed' && info.error && (
        <div className={styles['notice']}>
          <Failed
            inline
            error={job?.error && job.state === 'failed' ? job.error : info.error}
            action={
              <Button variant="primary" icon={Play} onClick={goOnFrom}>
                {t('goOnFrom', { step: t.number(from, { maximumFractionDigits: 0 }) })}
              </Button>
            }
          />
        </div>
      )}
      {width >= besideWidth ? (
        <div className={styles['beside']}>
          <Split label={t('split')} share={state.share} onShareChange={(share) => change({ share })} first={curvesPart} second={samplesPart} limits={[0.3, 0.75]} />
        </div>
      ) : (
        <div className={styles['stacked']}>
          {samplesPart}
          {curvesPart}
        </div>
      )}
      {forking && kept && (
        <ForkDialog
          run={run}
          checkpoints={kept.checkpoints}
          onClose={() => setForking(false)}
          onForked={(name) => {
            setForking(false);
            context.open('run', { run: name });
          }}
        />
      )}
    </div>
  );
}

/** The totals of the last training, as far as they are still ahead. */
export function remaining({ limits, steps, seconds }: { limits?: { steps?: number; minutes?: number }; steps: number; seconds: number }): { steps?: number; minutes?: number } {
  return {
    ...(limits?.steps !== undefined && limits.steps > steps && { steps: limits.steps }),
    ...(limits?.minutes !== undefined && limits.minutes * 60 > seconds && { minutes: limits.minutes }),
  };
}

function useFormOf(method: string, language: 'en' | 'fr'): MethodForm | undefined {
  const [form, setForm] = useState<MethodForm | undefined>(undefined);
  useEffect(() => {
    let gone = false;
    // A method that this program does not know leaves its metrics their ids.
    lab.training.form({ method, language }).then(
      (value) => !gone && setForm(value),
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [method, language]);
  return form;
}

