/** @file The library: datasets and runs listed beside what is chosen, imports under way, and the trash. */

import { CopyCheck, FolderInput, Layers, MousePointerClick } from 'lucide-react';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { useCommand } from '../../state/commands';
import { startImport } from '../../state/importing';
import { useLibrary } from '../../state/library';
import { removeDatasets, removeRuns } from '../../state/library-actions';
import { select } from '../../state/selection';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { useSize } from '../../widgets/device-pixels';
import { DropZone } from '../../widgets/drop-zone';
import { Empty } from '../../widgets/empty';
import { Failed } from '../../widgets/failed';
import { Busy } from '../../widgets/progress';
import { Split } from '../../widgets/split';
import { Tabs } from '../../widgets/tabs';
import { TextField } from '../../widgets/text-field';
import type { PanelProps } from '../panel';
import { useChoice } from './choice';
import { DatasetDetails } from './dataset-details';
import { DatasetList } from './dataset-list';
import { ImportJobs } from './import-jobs';
import styles from './library.module.css';
import { NameDialog, type Naming } from './name-dialog';
import type { Opening } from './openings';
import { RunDetails } from './run-details';
import { RunList } from './run-list';
import type { LibraryState, LibraryTab } from './spec';
import { TrashList } from './trash-list';

type Props = PanelProps<Record<string, never>, LibraryState>;

/** Less room than this has no details beside the list, but below it. */
const besideFrom = 720;

export function View({ context, state, onStateChange }: Props) {
  const t = useWords('library');
  const { datasets, runs, broken } = useLibrary();
  const [filters, setFilters] = useState<Record<LibraryTab, string>>({ datasets: '', runs: '', trash: '' });
  const [naming, setNaming] = useState<Naming | undefined>(undefined);
  const box = useRef<HTMLDivElement>(null);
  const room = useSize(box);
  const vertical = room.width > 0 && room.width < besideFrom;
  const { tab } = state;
  const set = (patch: Partial<LibraryState>): void => onStateChange({ ...state, ...patch });

  const datasetNames = useMemo(() => new Set(datasets?.map(({ name }) => name)), [datasets]);
  const runNames = useMemo(() => new Set([...(runs ?? []), ...broken].map(({ name }) => name)), [runs, broken]);
  const ofDatasets = useChoice('dataset', datasetNames);
  const brokenNames = useMemo(() => new Set(broken.map(({ name }) => name)), [broken]);
  const ofRuns = useChoice('run', runNames, brokenNames);
  const dataset = datasets?.find(({ name }) => name === ofDatasets.lead);
  const run = runs?.find(({ name }) => name === ofRuns.lead);
  const brokenRun = broken.find(({ name }) => name === ofRuns.lead);

  const train = (name: string): void => context.open('train', { dataset: name });
  const open = (opening: Opening, name: string): void => context.open(opening.id, { run: name });
  const deleteChosen = (): void => {
    if (tab === 'datasets') void removeDatasets([...ofDatasets.chosen]);
    if (tab === 'runs') void removeRuns([...ofRuns.chosen]);
  };
  const renameDataset = (name: string): void => setNaming({ what: 'renameDataset', name });
  const renameLead = tab === 'runs' && run ? () => setNaming({ what: 'rename', name: run.name }) : tab === 'datasets' && dataset ? () => renameDataset(dataset.name) : undefined;
  const filterField = useRef<HTMLInputElement>(null);
  useCommand({ id: 'library.filter', title: t('filter.label'), keys: '/', run: () => filterField.current?.focus() });
  useCommand({ id: 'library.rename', title: t('action.rename'), keys: 'f2', run: () => renameLead?.(), enabled: renameLead !== undefined });

  const manyChosen = (count: number): ReactNode =>
    count > 1 && (
      <Empty
        icon={CopyCheck}
        title={t('details.chosen', { count })}
        action={
          <Button variant="danger" onClick={deleteChosen}>
            {t('action.delete', { count })}
          </Button>
        }
      />
    );

  // Always both parts: a list that is put elsewhere when something is chosen would lose the focus.
  const listed = (list: (width: number) => ReactNode, details: ReactNode): ReactNode => (
    <Split
      label={t('listSize')}
      vertical={vertical}
      share={state.share}
      onShareChange={(share) => set({ share })}
      limits={[0.2, 0.8]}
      first={list(vertical ? room.width : room.width * state.share)}
      second={details || <Empty icon={MousePointerClick} title={t('details.nothing')} />}
    />
  );

  const datasetsTab = (): ReactNode => {
    if (!datasets) return <Busy label={t('loading')} />;
    if (datasets.length === 0) return <DropZone onImport={startImport} />;
    return listed(
      (width) => (
        <DatasetList {...ofDatasets} datasets={datasets} filter={filters.datasets} sorting={state.datasetSorting} onSort={(datasetSorting) => set({ datasetSorting })} room={width} onTrain={train} onRename={renameDataset} onDelete={deleteChosen} />
      ),
      manyChosen(ofDatasets.chosen.size) || (dataset && <DatasetDetails dataset={dataset} split={state.split} onSplit={(split) => set({ split })} zoom={state.zoom} onZoom={(zoom) => set({ zoom })} onTrain={() => train(dataset.name)} onRename={() => renameDataset(dataset.name)} />),
    );
  };

  const runsTab = (): ReactNode => {
    if (!runs) return <Busy label={t('loading')} />;
    if (runs.length + broken.length === 0) {
      return (
        <Empty
          icon={Layers}
          title={t('noRuns.title')}
          text={t('noRuns.text')}
          action={
            <Button variant="primary" onClick={() => context.open('train', {})}>
              {t('noRuns.action')}
            </Button>
          }
        />
      );
    }
    return listed(
      (width) => (
        <RunList
          {...ofRuns}
          runs={runs}
          broken={broken}
          filter={filters.runs}
          sorting={state.runSorting}
          onSort={(runSorting) => set({ runSorting })}
          room={width}
          onOpen={open}
          onRename={(name) => setNaming({ what: 'rename', name })}
          onFork={(name) => setNaming({ what: 'fork', name })}
          onDelete={deleteChosen}
        />
      ),
      manyChosen(ofRuns.chosen.size) || (run ? (
        <RunDetails run={run} onOpen={open} onRename={() => setNaming({ what: 'rename', name: run.name })} onFork={() => setNaming({ what: 'fork', name: run.name })} onRun={(name) => select({ kind: 'run', run: name })} />
      ) : (
        brokenRun && <Failed error={brokenRun.reason} action={<Button onClick={deleteChosen}>{t('action.delete', { count: 1 })}</Button>} />
      )),
    );
  };

  return (
    <div ref={box} className={styles['library']}>
      <h1 className={styles['title']}>{t('window:panel.library.title')}</h1>
      {tab === 'datasets' && <ImportJobs />}
      <div className={styles['main']}>
        <Tabs
          label={t('tabs')}
          value={tab}
          onChange={(next) => set({ tab: next })}
          tabs={[
            { value: 'datasets', label: t('tab.datasets'), count: datasets?.length, content: <div className={styles['pane']}>{datasetsTab()}</div> },
            { value: 'runs', label: t('tab.runs'), count: runs && runs.length + broken.length, content: <div className={styles['pane']}>{runsTab()}</div> },
            { value: 'trash', label: t('tab.trash'), content: <div className={styles['pane']}>{context.visible && <TrashList />}</div> },
          ]}
          actions={
            <>
              {tab !== 'trash' && (
                <TextField ref={filterField} type="search" label={t('filter.label')} hideLabel placeholder={t('filter.label')} value={filters[tab]} onChange={(text) => setFilters({ ...filters, [tab]: text })} className={styles['filter']} />
              )}
              <Button icon={FolderInput} onClick={() => startImport()}>
                {t('import.open')}
              </Button>
            </>
          }
        />
      </div>
      <NameDialog naming={naming} onClose={() => setNaming(undefined)} />
    </div>
  );
}
