/** @file The latent explorer's panel: which run and which dataset, and what is shown until they are mapped. */

import { Orbit, RefreshCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useAnswer } from '../../link/answer';
import { lab } from '../../link/lab';
import { runsWith, useLibrary } from '../../state/library';
import { useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { DatasetPicker } from '../../widgets/dataset-picker';
import { Empty } from '../../widgets/empty';
import { Failed } from '../../widgets/failed';
import { MissingImages } from '../../widgets/missing-images';
import { Busy } from '../../widgets/progress';
import { RunPicker } from '../../widgets/run-picker';
import type { PanelProps } from '../panel';
import { Explorer } from './explorer';
import type { LatentSpec, LatentState } from './spec';
import type { Space } from './use-point';
import styles from './view.module.css';

export function View(props: PanelProps<LatentSpec, LatentState>) {
  const t = useWords('latent');
  return (
    <>
      <h1 className={styles['title']}>{t('window:panel.latent.title')}</h1>
      <Stages {...props} />
    </>
  );
}

function Stages({ context, spec, state, onSpecChange, onStateChange }: PanelProps<LatentSpec, LatentState>) {
  const t = useWords('latent');
  const { runs, datasets } = useLibrary();
  const able = runsWith(runs, ['encode', 'decode']);
  const run = spec.run === undefined ? able[0] : able.find(({ name }) => name === spec.run);
  const dataset = datasets?.find(({ name, hash }) => (spec.dataset === undefined ? hash === run?.dataset.hash : name === spec.dataset));
  const device = useSettings((settings) => settings.set?.device);
  useEffect(() => {
    if (run && spec.run === undefined) onSpecChange({ ...spec, run: run.name });
  }, [run?.name]);

  const pickers = (
    <>
      <RunPicker abilities={['encode', 'decode']} value={spec.run ?? run?.name} onChange={(name) => onSpecChange({ run: name })} />
      {(datasets?.length ?? 0) > 1 && <DatasetPicker value={dataset?.name} onChange={(name) => onSpecChange({ ...spec, dataset: name })} />}
    </>
  );
  if (runs === undefined || datasets === undefined) return <Busy label={t('busy.library')} />;
  if (able.length === 0 && spec.run === undefined) {
    return <Empty icon={Orbit} title={t('empty.title')} text={t('empty.text')} action={<Button variant="primary" onClick={() => context.open('train', {})}>{t('empty.action')}</Button>} />;
  }
  if (!run) return <Empty icon={Orbit} title={t('gone.title', { run: spec.run ?? '' })} text={t('gone.text')} action={<RunPicker abilities={['encode', 'decode']} value={undefined} onChange={(name) => onSpecChange({ run: name })} />} />;
  if (!dataset) {
    return (
      <div className={styles['place']}>
        <div className={styles['pickers']}>{pickers}</div>
        <MissingImages name={spec.dataset ?? run.dataset.name} own={spec.dataset === undefined} onLibrary={() => context.open('library', {})} />
      </div>
    );
  }
  return (
    <Mapped key={`${run.name} ${dataset.name} ${dataset.hash} ${device}`} space={{ run: run.name, dataset: dataset.name, device }} steps={run.steps} visible={context.visible} state={state} onStateChange={onStateChange} pickers={pickers} />
  );
}

interface MappedProps {
  space: Space;
  /** That the run has been trained. */
  steps: number;
  visible: boolean;
  state: LatentState;
  onStateChange(state: LatentState): void;
  pickers: React.ReactNode;
}

const phases = ['pack', 'encode', 'map'] as const;

function Mapped({ space, steps, visible, state, onStateChange, pickers }: MappedProps) {
  const t = useWords('latent');
  const [asked, setAsked] = useState(visible);
  /** Training steps when the map was asked for: a run that trains on has other vectors. */
  const [mappedAt, setMappedAt] = useState(steps);
  useEffect(() => setAsked((now) => now || visible), [visible]);
  const map = useAnswer(asked ? JSON.stringify([space, mappedAt]) : undefined, (options) => lab.latents.map(space, options));
  if (map.value) {
    const stale = steps !== mappedAt && (
      <Button icon={RefreshCw} onClick={() => setMappedAt(steps)} title={t('stale.text', { mapped: mappedAt, steps })}>
        {t('stale.action')}
      </Button>
    );
    return <Explorer key={mappedAt} space={space} map={map.value} state={state} onStateChange={onStateChange} visible={visible} pickers={<>{pickers}{stale}</>} />;
  }
  if (map.error?.code === 'cancelled') {
    return (
      <div className={styles['place']}>
        <div className={styles['pickers']}>{pickers}</div>
        <Empty icon={Orbit} title={t('cancelled.title')} action={<Button variant="primary" onClick={map.again}>{t('cancelled.action')}</Button>} />
      </div>
    );
  }
  const phase = phases.find((one) => one === map.report?.phase) ?? 'encode';
  return (
    <div className={styles['place']}>
      <div className={styles['pickers']}>{pickers}</div>
      {map.error ? <Failed error={map.error} onRetry={map.again} /> : <Busy label={t(`busy.${phase}`)} report={map.report} unit={phase === 'encode' ? t('images') : undefined} onCancel={map.cancel} />}
    </div>
  );
}
