/** @file What is selected, at the right: a dataset, a run, an image; whichever panel it was chosen in. */

import { MousePointerClick, X } from 'lucide-react';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { DatasetImages } from '../../preload/contract/dataset-images';
import { errorFromJson, errorToJson, type LabError } from '../../preload/contract/errors';
import { lab } from '../link/lab';
import { setFrame } from '../state/frame';
import { useLibrary } from '../state/library';
import { useSelection, type Selected } from '../state/selection';
import { useSettings } from '../state/settings';
import { useWords, type Words } from '../state/words';
import { labelColour } from '../theme/colours';
import { Button, IconButton } from '../widgets/button';
import { Empty } from '../widgets/empty';
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

const Facts = ({ rows }: { rows: readonly (readonly [string, ReactNode] | undefined)[] }) => (
  <dl className={styles['facts']}>
    {rows.map(
      (row) =>
        row && (
          <div key={row[0]}>
            <dt>{row[0]}</dt>
            <dd>{row[1]}</dd>
          </div>
        ),
    )}
  </dl>
);

const whole = (t: Words, value: number): string => t.number(value, { maximumFractionDigits: 0 });
const moment = (t: Words, iso: string): string => t.date(new Date(iso), { dateStyle: 'medium', timeStyle: 'short' });

function DatasetFacts({ name }: { name: string }) {
  const t = useWords('window');
  const info = useLibrary((library) => library.datasets?.find((one) => one.name === name));
  if (!info) return <p className={styles['quiet']}>{t('inspector.gone', { name })}</p>;
  const { min, max, common } = info.sizes;
  const size = common ? `${common[1]} × ${common[0]}` : `${min[1]} × ${min[0]} – ${max[1]} × ${max[0]}`;
  return (
    <>
      <h3 className={styles['name']}>{info.name}</h3>
      <Facts
        rows={[
          [t('facts.images'), whole(t, info.count)],
          [t('facts.splits'), t('facts.splitCounts', { train: whole(t, info.splits.train ?? 0), test: whole(t, info.splits.test ?? 0) })],
          [t('facts.size'), `${size} px`],
          [t('facts.colour'), t(`facts.channels.${info.channels}`)],
          info.labels.length > 0 ? [t('facts.labels'), whole(t, info.labels.length)] : undefined,
          [t('facts.disk'), t.bytes(info.bytes)],
          [t('facts.imported'), moment(t, info.importedAt)],
          [t('facts.source'), info.source],
        ]}
      />
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
      <Facts
        rows={[
          [t('facts.method'), info.method],
          [t('facts.dataset'), info.dataset.name],
          [t('facts.status'), t(`runStatus.${info.status}`)],
          [t('facts.steps'), whole(t, info.steps)],
          [t('facts.time'), t.seconds(info.seconds)],
          [t('facts.device'), t.has(`device.${info.device}`) ? t(`device.${info.device}`) : info.device],
          info.parameters === undefined ? undefined : [t('facts.parameters'), whole(t, info.parameters)],
          [t('facts.seed'), String(info.seed)],
          info.parent ? [t('facts.parent'), t('facts.parentStep', { run: info.parent.run, step: whole(t, info.parent.step) })] : undefined,
          [t('facts.created'), moment(t, info.createdAt)],
        ]}
      />
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
  const place = t('facts.place', { index: whole(t, index), split: t(`facts.split.${split}`) });
  return (
    <>
      {error ? (
        <Failed inline error={error} />
      ) : (
        <div className={styles['image']}>
          <ImageCanvas pixels={pixels} label={labelName ? `${place}, ${labelName}` : place} />
        </div>
      )}
      <Facts
        rows={[
          [t('facts.dataset'), dataset],
          [t('facts.image'), place],
          labelName === undefined
            ? undefined
            : [
                t('facts.label'),
                <span key="label" className={styles['label']}>
                  <span className={styles['dot']} style={{ background: labelColour(label!, theme) }} />
                  {labelName}
                </span>,
              ],
          run === undefined ? undefined : [t('facts.seenBy'), run],
        ]}
      />
    </>
  );
}
