/** @file The diffusion stepper: a run that denoises, and the ways to look at it. */

import { Wind } from 'lucide-react';
import { useEffect } from 'react';
import { lab } from '../../link/lab';
import { runsWith, useLibrary } from '../../state/library';
import { useMachine } from '../../state/machine';
import { useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Empty } from '../../widgets/empty';
import { Failed } from '../../widgets/failed';
import { Busy } from '../../widgets/progress';
import { RunPicker } from '../../widgets/run-picker';
import { Select } from '../../widgets/select';
import { Tabs } from '../../widgets/tabs';
import { Term } from '../../widgets/term';
import type { PanelProps } from '../panel';
import { CompareTab } from './compare-tab';
import { DenoiseTab } from './denoise-tab';
import { useKeptAnswer } from './kept-answer';
import { NoiseTab } from './noise-tab';
import { SheetTab } from './sheet-tab';
import { tabName, type DiffusionSpec, type DiffusionState, type TabName } from './state';
import type { Stepper } from './stepper';
import { TrainingTab } from './training-tab';
import { TrajectoriesTab } from './trajectories-tab';
import { useChange } from './use-change';
import styles from './view.module.css';

const contents: Record<TabName, (props: { stepper: Stepper }) => React.ReactNode> = {
  denoise: DenoiseTab,
  noise: NoiseTab,
  training: TrainingTab,
  compare: CompareTab,
  trajectories: TrajectoriesTab,
  sheet: SheetTab,
};

export function View({ context, spec, state, onSpecChange, onStateChange }: PanelProps<DiffusionSpec, DiffusionState>) {
  const t = useWords('diffusion');
  const runs = useLibrary((library) => library.runs);
  const able = runsWith(runs, ['denoise']);
  const run = spec.run ?? able[0]?.name;
  const { at } = state;
  const set = useSettings((settings) => settings.set);
  const devices = useMachine((machine) => machine.devices);
  const device = devices?.find(({ id }) => id === set?.device)?.usable === false ? undefined : set?.device;
  const change = useChange(state, onStateChange);
  // A run that has gone on training has another graph: its schedule and snapshots are asked for again.
  const steps = runs?.find(({ name }) => name === run)?.steps;
  const asked = run ?? '';
  const { value, error, again } = useKeptAnswer(context.visible && set !== undefined && run !== undefined ? JSON.stringify({ run, steps, device }) : undefined, async (options) => ({ run: asked, schedule: await lab.diffusion.schedule({ run: asked, device }, options) }));
  const schedule = value?.run === run ? value?.schedule : undefined;
  useEffect(() => {
    if (schedule && at !== undefined && !schedule.snapshots.includes(at)) change({ at: undefined });
  }, [schedule, at, change]);

  if (runs === undefined) return <Busy label={t('reading')} />;
  if (run === undefined) {
    return (
      <Empty
        icon={Wind}
        title={t('noRun')}
        text={t('noRunText')}
        action={
          <Button variant="primary" onClick={() => context.open('train', {})}>
            {t('toTraining')}
          </Button>
        }
      />
    );
  }
  if (!able.some(({ name }) => name === run)) {
    const other = able.length > 0 ? <RunPicker abilities={['denoise']} value={undefined} onChange={(name) => onSpecChange({ ...spec, run: name })} hideLabel /> : <Button onClick={() => context.open('train', {})}>{t('toTraining')}</Button>;
    return <Empty icon={Wind} title={t('gone', { run })} text={t('goneText')} action={other} />;
  }
  const stepper: Stepper | undefined = schedule ? { run, schedule, state, change, visible: context.visible, device, openLibrary: () => context.open('library', {}) } : undefined;
  const Content = contents[state.tab];
  const content = error ? <Failed error={error} onRetry={again} /> : stepper ? <Content key={run} stepper={stepper} /> : <Busy label={t('opening', { run })} />;
  return (
    <div className={styles['view']}>
      <Tabs
        label={t('title')}
        tabs={tabName.options.map((value) => ({ value, label: t(`tabs.${value}`), content: value === state.tab ? content : null }))}
        value={state.tab}
        onChange={(tab) => change({ tab })}
        actions={
          <>
            <RunPicker abilities={['denoise']} value={run} onChange={(name) => onSpecChange({ ...spec, run: name })} hideLabel className={styles['picker']} />
            {schedule && schedule.snapshots.length > 0 && (
              <Select
                label={<Term id="snapshot">{t('weights')}</Term>}
                hideLabel
                options={[{ value: 'last', label: t('lastWeights') }, ...schedule.snapshots.map((step) => ({ value: String(step), label: t('weightsAt', { step: t.number(step, { maximumFractionDigits: 0 }) }) }))]}
                value={at === undefined ? 'last' : String(at)}
                onChange={(value) => change({ at: value === 'last' ? undefined : Number(value) })}
                className={styles['picker']}
              />
            )}
          </>
        }
      />
    </div>
  );
}
