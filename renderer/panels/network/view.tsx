/** @file The network panel: which network, how much of it, the drawing, and the block that is looked into. */

import { FolderOpen, Workflow } from 'lucide-react';
import { useRef, useState, type DragEvent } from 'react';
import { LabError } from '../../../preload/contract/errors';
import type { DrawingResult, NetworkSource } from '../../../preload/contract/network';
import { useAnswer } from '../../link/answer';
import { lab } from '../../link/lab';
import { holdsOneModel, takes } from '../../state/drops';
import type { ExportOffer } from '../../state/exporting';
import { startImport } from '../../state/importing';
import { useLibrary } from '../../state/library';
import { useMachine } from '../../state/machine';
import { useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { Button, IconButton } from '../../widgets/button';
import { Empty } from '../../widgets/empty';
import { ExportButton } from '../../widgets/export-button';
import { Failed } from '../../widgets/failed';
import { Busy } from '../../widgets/progress';
import { RunPicker } from '../../widgets/run-picker';
import { SegmentedControl } from '../../widgets/segmented-control';
import { Select } from '../../widgets/select';
import { Split } from '../../widgets/split';
import type { PanelProps } from '../panel';
import { wholeOrShort } from './block-facts';
import { BlockPane } from './block-pane';
import { Drawing } from './drawing';
import { isModelName, sendModel, withModel } from './dropped-model';
import type { NetworkSpec, NetworkState } from './state';
import { useChange } from './use-change';
import styles from './view.module.css';

export function View({ context, spec, state, onSpecChange, onStateChange }: PanelProps<NetworkSpec, NetworkState>) {
  const t = useWords('network');
  const runs = useLibrary((library) => library.runs);
  const run = spec.run ?? runs?.find(({ abilities }) => abilities.length > 0)?.name;
  const file = spec.file;
  const change = useChange(state, onStateChange);
  const set = useSettings((settings) => settings.set);
  const devices = useMachine((machine) => machine.devices);
  const device = devices?.find(({ id }) => id === set?.device)?.usable === false ? undefined : set?.device;
  const steps = runs?.find(({ name }) => name === run)?.steps;
  const source: NetworkSource | undefined = file ? { file: file.hash } : run === undefined ? undefined : { run, graph: spec.graph };
  const { detail } = state;
  const { value, error, again } = useAnswer(
    context.visible && source && set !== undefined ? JSON.stringify({ source, detail, steps }) : undefined,
    async (options) => ({ of: JSON.stringify(source), drawing: await withModel(file?.hash, () => lab.network.drawing({ source: source!, detail }, options)) }),
    'keep',
  );
  const drawing = value?.of === JSON.stringify(source) ? value?.drawing : undefined;

  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<{ busy: boolean; error?: LabError }>({ busy: false });
  const chooser = useRef<HTMLInputElement>(null);
  const take = (model: File): void => {
    setSending({ busy: true });
    sendModel(model).then(
      (sent) => {
        setSending({ busy: false });
        onSpecChange({ file: sent });
        change({ block: undefined });
      },
      (caught: unknown) => {
        if (!(caught instanceof LabError)) throw caught;
        setSending({ busy: false, error: caught });
      },
    );
  };
  const drop = {
    onDragOver: (event: DragEvent) => setOver(holdsOneModel(event.dataTransfer)),
    onDragLeave: (event: DragEvent) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false);
      if (!holdsOneModel(event.dataTransfer)) return;
      event.stopPropagation();
      const [dropped] = event.dataTransfer.files;
      // A browser tells no more of a file while it is dragged: what is no model goes where all else goes.
      if (dropped && isModelName(dropped.name)) take(dropped);
      else startImport(event.dataTransfer);
    },
  };
  const openFile = (
    <>
      <input
        ref={chooser}
        type="file"
        accept=".onnx"
        hidden
        onChange={({ currentTarget }) => {
          const [chosen] = currentTarget.files ?? [];
          if (chosen) take(chosen);
          currentTarget.value = '';
        }}
      />
    </>
  );
  const frame = (children: React.ReactNode) => (
    <div className={styles['view']} {...takes.model} {...drop}>
      {openFile}
      {children}
      {over && <div className={styles['drop']}>{t('drop')}</div>}
    </div>
  );

  if (runs === undefined) return <Busy label={t('reading')} />;
  if (sending.error) return frame(<Failed error={sending.error} onRetry={() => setSending({ busy: false })} />);
  if (sending.busy) return frame(<Busy label={t('sending')} />);
  if (!source) {
    return frame(
      <Empty
        icon={Workflow}
        title={t('noRun')}
        text={t('noRunText')}
        action={
          <>
            <Button variant="primary" onClick={() => context.open('train', {})}>
              {t('toTraining')}
            </Button>
            <Button icon={FolderOpen} onClick={() => chooser.current?.click()}>
              {t('openFile')}
            </Button>
          </>
        }
      />,
    );
  }
  const offers: ExportOffer[] = !file && run !== undefined && drawing ? [{ request: { what: 'network', run, graph: drawing.graph ?? undefined, detail } }] : [];
  const details = drawing?.details ?? [];
  const block = drawing?.network.blocks.find(({ id }) => id === state.block);
  const sheet = (shown: DrawingResult) => (
    <Drawing drawing={shown} chosen={block?.id} onChoose={(id) => change({ block: id })} hint={block ? undefined : t(shown.feed.kind === 'none' || shown.view === null ? 'chooseBlockToRead' : 'chooseBlock')} />
  );
  return frame(
    <>
      <div className={styles['bar']}>
        {file ? (
          <div className={styles['file']}>
            <span className={styles['fileName']}>{file.name}</span>
            <Button onClick={() => onSpecChange({})}>{t('backToRuns')}</Button>
          </div>
        ) : (
          <>
            <RunPicker value={run} onChange={(name) => onSpecChange({ run: name })} hideLabel className={styles['picker']} />
            {drawing && drawing.graphs.length > 1 && (
              <Select
                label={t('graph')}
                hideLabel
                options={drawing.graphs.map((name) => ({ value: name, label: t.has(`graphs.${name}`) ? t(`graphs.${name}`) : name }))}
                value={drawing.graph ?? undefined}
                onChange={(graph) => {
                  change({ block: undefined });
                  onSpecChange({ run, graph });
                }}
                className={styles['picker']}
              />
            )}
          </>
        )}
        {details.length > 1 && (
          <SegmentedControl
            label={t('detail')}
            hideLabel
            options={details.map((one) => ({ value: one, label: t(`details.${one}`) }))}
            value={details.includes(detail) ? detail : details[details.length - 1]}
            onChange={(one) => change({ detail: one, block: undefined })}
          />
        )}
        <div className={styles['end']}>
          {drawing && (
            <span className={styles['total']}>
              {t('total', { parameters: t.number(drawing.network.parameters, wholeOrShort(drawing.network.parameters)), cost: t.number(drawing.network.multiplyAdds, wholeOrShort(drawing.network.multiplyAdds)) })}
            </span>
          )}
          <IconButton icon={FolderOpen} label={t('openFile')} onClick={() => chooser.current?.click()} />
          <ExportButton offers={offers} disabled={offers.length === 0} />
        </div>
      </div>
      <div className={styles['body']}>
        {error ? (
          <Failed error={error} onRetry={again} />
        ) : drawing ? (
          block ? (
            <Split
              label={t('bar')}
              vertical
              share={state.share}
              limits={[0.25, 0.85]}
              onShareChange={(share) => change({ share })}
              first={sheet(drawing)}
              second={<BlockPane source={source} drawing={drawing} block={block} state={state} change={change} device={device} visible={context.visible} />}
            />
          ) : (
            sheet(drawing)
          )
        ) : (
          <Busy label={t('drawingIt')} />
        )}
      </div>
    </>,
  );
}
