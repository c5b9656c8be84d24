/** @file What is selected, at the right: a dataset, a run, an image; whichever panel it was chosen in. */

import { MousePointerClick, X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { DatasetImages } from '../../preload/contract/dataset-images';
import { errorFromJson, errorToJson, type LabError } from '../../preload/contract/errors';
import { lab } from '../link/lab';
import { datasetFacts, runFacts, whole } from '../state/fact-words';
import { setFrame } from '../state/frame';
import { useLibrary } from '../state/library';
import { useSelection, type Selected } from '../state/selection';
import { useSettings } from '../state/settings';
import { useWords } from '../state/words';
import { labelColour } from '../theme/colours';
import { Button, IconButton } from '../widgets/button';
import { Empty } from '../widgets/empty';
import { EvaluationFigures } from '../widgets/evaluation-figures';
import { FactList } from '../widgets/fact-list';
import { Failed } from '../widgets/failed';
import { ImageCanvas } from '../widgets/image-canvas';
import styles from './inspector.module.css';
import { showDataset, showRun } from './job-results';

export function Inspector() {
  const t = useWords('window');
  const selected = useSelection((selection) => selection.selected);
  return (
    <aside className={styles['inspector']} aria-label={t('inspector.title')} data-region="inspector" tabIndex={-1}>
      <div className={styles['head']}>
        <h2 className={styles['title']}>{t('inspector.title')}</h2>
        <IconButton small icon={X} label={t('inspector.hide')} keys="mod+i" onClick={() => setFrame({ inspector: false })} />
      </div>
      <div className={styles['body']}>{selected ? <Shown selected={selected} /> : <Empty icon={MousePointerClick} title={t('inspector.nothing')} text={t('inspector.nothingHint')} />}</div>
    </aside>
  );
}

function Shown({ selected }: { selected: Selected }) {
  if (selected.kind === 'dataset') return <DatasetFacts name={selected.dataset} />;
  if (selected.kind === 'run') return <RunFacts name={selected.run} />;
  return <ImageFacts {...selected} />;
}

function DatasetFacts({ name }: { name: string }) {
  const t = useWords('window');
  const info = useLibrary((library) => library.datasets?.find((one) => one.name === name));
  if (!info) return <p className={styles['quiet']}>{t('inspector.gone', { name })}</p>;
  return (
    <>
      <h3 className={styles['name']}>{info.name}</h3>
      <FactList narrow facts={datasetFacts(t, info)} />
      <Button onClick={() => showDataset(info.name)}>{t('inspector.showInLibrary')}</Button>
    </>
  );
}

function RunFacts({ name }: { name: string }) {
  const t = useWords('window');
  const info = useLibrary((library) => library.runs?.find((one) => one.name === name));
  if (!info) return <p className={styles['quiet']}>{t('inspector.gone', { name })}</p>;
  return (
    <>
      <h3 className={styles['name']}>{info.name}</h3>
      <FactList narrow facts={runFacts(t, info)} />
      {info.evaluation && <EvaluationFigures evaluation={info.evaluation} />}
      {info.error && <Failed inline error={info.error} />}
      <Button onClick={() => showRun(info.name)}>{t('inspector.showRun')}</Button>
    </>
  );
}

function ImageFacts({ dataset, split, index, run }: Extract<Selected, { kind: 'image' }>) {
  const t = useWords('window');
  const theme = useSettings((settings) => settings.theme);
  const info = useLibrary((library) => library.datasets?.find((one) => one.name === dataset));
  const [shown, setShown] = useState<DatasetImages | undefined>(undefined);
  const [error, setError] = useState<LabError | undefined>(undefined);
  useEffect(() => {
    const abort = new AbortController();
    setError(undefined);
    lab.datasets.images({ dataset, split, from: index, count: 1 }, { signal: abort.signal }).then(setShown, (caught: unknown) => {
      if (!abort.signal.aborted) setError(errorFromJson(errorToJson(caught)));
    });
    return () => abort.abort();
  }, [dataset, split, index]);
  const pixels = useMemo(() => shown && { height: shown.view.height, width: shown.view.width, channels: shown.view.channels, bytes: shown.images }, [shown]);
  const label = shown?.labels[0];
  const labelName = label === undefined || label < 0 ? undefined : (info?.labels[label] ?? String(label));
  const place = t('facts:place', { index: whole(t, index), split: t(`facts:split.${split}`) });
  return (
    <>
      {error ? (
        <Failed inline error={error} />
      ) : (
        <div className={styles['image']}>
          <ImageCanvas pixels={pixels} label={labelName ? `${place}, ${labelName}` : place} />
        </div>
      )}
      <FactList
        narrow
        facts={[
          ['dataset', dataset],
          ['image', place],
          labelName === undefined
            ? undefined
            : [
                'label',
                <span key="label" className={styles['label']}>
                  <span className={styles['dot']} style={{ background: labelColour(label!, theme) }} />
                  {labelName}
                </span>,
              ],
          run === undefined ? undefined : ['seenBy', run],
        ]}
      />
    </>
  );
}
