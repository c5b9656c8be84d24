/** @file The training planner: images, method, time, settings at the left, what they will come to and the start at the right. */

import { Play, Sprout } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { errorToJson, type ErrorJson } from '../../../preload/contract/errors';
import { lab } from '../../link/lab';
import { runCommand, useCommand } from '../../state/commands';
import { useLibrary } from '../../state/library';
import { notify } from '../../state/notices';
import { useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Empty } from '../../widgets/empty';
import { Failed } from '../../widgets/failed';
import { NumberField } from '../../widgets/number-field';
import { Busy } from '../../widgets/progress';
import { Section } from '../../widgets/section';
import { Term } from '../../widgets/term';
import { TextField } from '../../widgets/text-field';
import type { PanelProps } from '../panel';
import { ChoiceCards } from './choice-cards';
import { DatasetChoice } from './dataset-choice';
import { fieldsOf } from './fields';
import { ForecastCard } from './forecast-card';
import { planOf, withField } from './plan';
import { SettingsForm } from './settings-form';
import type { TrainSpec, TrainState } from './spec';
import { TimeChoice } from './time-choice';
import { useForecast, useForm, useFreeName, useMethods, useProblems } from './use-training-form';
import styles from './view.module.css';

export function View({ context, spec, state, onSpecChange, onStateChange }: PanelProps<TrainSpec, TrainState>) {
  const t = useWords('train');
  const datasets = useLibrary((library) => library.datasets);
  const methods = useMethods(t.language);
  if (methods.error) return <Failed error={methods.error} onRetry={methods.again} />;
  if (!datasets || !methods.value) return <Busy label={t('reading')} />;
  if (datasets.length === 0) {
    return (
      <Empty
        icon={Sprout}
        title={t('empty.title')}
        text={t('empty.text')}
        action={
          <Button variant="primary" onClick={() => runCommand('window.import')}>
            {t('empty.action')}
          </Button>
        }
      />
    );
  }
  const known = datasets.some(({ name }) => name === spec.dataset);
  const chosen: TrainSpec = { dataset: known ? spec.dataset : datasets[0]?.name, method: spec.method ?? methods.value[0]?.id };
  return <Planner context={context} spec={chosen} state={state} onSpecChange={onSpecChange} onStateChange={onStateChange} datasets={datasets} methods={methods.value} />;
}

interface PlannerProps extends PanelProps<TrainSpec, TrainState> {
  datasets: NonNullable<ReturnType<typeof useLibrary.getState>['datasets']>;
  methods: NonNullable<ReturnType<typeof useMethods>['value']>;
}

function Planner({ context, spec, state, onSpecChange, onStateChange, datasets, methods }: PlannerProps) {
  const t = useWords('train');
  const device = useSettings((settings) => settings.set?.device);
  const busyRun = useLibrary(({ jobs }) => jobs.find(({ kind, endedAt }) => kind === 'train' && endedAt === undefined)?.subject);
  const runCount = useLibrary(({ runs }) => runs?.length ?? 0);
  const [starting, setStarting] = useState(false);
  const [asked, setAsked] = useState(false);
  const [failure, setFailure] = useState<ErrorJson | undefined>(undefined);

  // Two changes of one moment both count.
  const latest = useRef(state);
  latest.current = state;
  const change = (patch: Partial<TrainState>): void => {
    latest.current = { ...latest.current, ...patch };
    onStateChange(latest.current);
  };

  const method = spec.method as string;
  const form = useForm(method, t.language);
  const plan = useMemo(() => planOf(spec, state, device), [spec.dataset, spec.method, state, device]);
  const freeName = useFreeName(spec.method, spec.dataset, runCount);
  const run = state.run ?? freeName ?? '';
  const { problems, checked } = useProblems(plan, run || undefined);
  const sound = checked && problems.every(({ field }) => field === 'run');
  const held = busyRun !== undefined && !asked;
  const forecast = useForecast(context.visible && sound && !held ? plan : undefined);
  useEffect(() => setAsked(false), [busyRun]);

  const ready = plan !== undefined && checked && problems.length === 0 && run !== '' && !starting;
  const start = async (): Promise<void> => {
    if (!ready || !plan) return;
    setStarting(true);
    setFailure(undefined);
    try {
      await lab.training.start({ ...plan, run, seed: state.seed });
      change({ run: undefined });
      context.open('run', { run });
    } catch (caught) {
      setFailure(errorToJson(caught));
    } finally {
      setStarting(false);
    }
  };
  useCommand({ id: 'train.start', title: t('start'), keys: 'mod+enter', run: () => void start(), enabled: ready });

  const whole = problems.find(({ field }) => field === '');
  const ofDataset = problems.find(({ field }) => field === 'dataset');
  const ofRun = problems.find(({ field }) => field === 'run');
  const wrong = new Set(problems.map(({ field }) => field));
  const resetAll = (): void => {
    const before = latest.current.changed;
    change({ changed: { ...before, [method]: {} } });
    notify({ title: t('resetDone'), action: { label: t('undo'), run: () => change({ changed: before }) } });
  };

  return (
    <div className={styles['page']}>
      <h2 className={styles['unseen']}>{t('title')}</h2>
      <div className={styles['columns']}>
        <div className={styles['form']}>
          <Section title={t('images')}>
            <DatasetChoice datasets={datasets} value={spec.dataset} onChange={(dataset) => onSpecChange({ ...spec, dataset })} view={state.view} onViewChange={(view) => change({ view })} />
            {ofDataset && <Failed inline error={ofDataset.reason} />}
          </Section>
          <Section title={t('method')}>
            <ChoiceCards label={t('method')} options={methods.map(({ id, title, summary, paper }) => ({ value: id, title, note: paper, text: summary }))} value={spec.method} onChange={(id) => onSpecChange({ ...spec, method: id })} />
          </Section>
          <Section title={t('time.title')}>
            <TimeChoice state={state} onChange={change} />
          </Section>
          {form.error && <Failed inline error={form.error} onRetry={form.again} />}
          {form.value && form.value.id === method && (
            <SettingsForm
              fields={fieldsOf(form.value)}
              values={state.changed[method] ?? {}}
              wrong={wrong}
              onChange={(field, value) => change({ changed: withField(latest.current.changed, method, field, value) })}
              onResetAll={resetAll}
              more={state.more}
              onMoreChange={(more) => change({ more })}
            />
          )}
          {whole && <Failed inline error={whole.reason} />}
        </div>
        <aside className={styles['aside']}>
          <ForecastCard state={forecast} held={held} onAsk={() => setAsked(true)} />
          <div className={styles['start']}>
            <div className={styles['names']}>
              <TextField label={t('run')} value={run} onChange={(name) => change({ run: name === '' ? undefined : name })} error={ofRun && runError(ofRun.reason, t)} />
              <NumberField label={<Term id="seed">{t('seed')}</Term>} value={state.seed} min={0} max={0xffffffff} onChange={(seed) => seed !== undefined && Number.isInteger(seed) && seed >= 0 && change({ seed })} className={styles['seed']} />
            </div>
            <Button variant="primary" icon={Play} disabled={!ready} onClick={() => void start()} className={styles['go']}>
              {t(starting ? 'starting' : 'start')}
            </Button>
            <p className={styles['quiet']}>{t('goesOn')}</p>
            {failure && <Failed inline error={failure} />}
          </div>
        </aside>
      </div>
    </div>
  );
}

/** At the field there is room for what is expected alone. */
const runError = (reason: ErrorJson, t: ReturnType<typeof useWords>): string => {
  const { message, expected } = t.error(reason);
  return [message, expected].filter(Boolean).join(': ');
};
