/** @file A sheet of images: any two settings as rows and columns, at the same seed. */

import { Grid3x3, Square } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { DrawResult } from '../../../preload/contract/diffusion';
import { LabError } from '../../../preload/contract/errors';
import { lab } from '../../link/lab';
import { useCommand } from '../../state/commands';
import type { ExportOffer } from '../../state/exporting';
import { useWords } from '../../state/words';
import { Button } from '../../widgets/button';
import { Empty } from '../../widgets/empty';
import { ExportButton } from '../../widgets/export-button';
import { Failed } from '../../widgets/failed';
import { MissingImages } from '../../widgets/missing-images';
import { Progress } from '../../widgets/progress';
import { Section } from '../../widgets/section';
import { ImageChoice } from './image-choice';
import { useImageSource } from './images';
import { SamplerFields, SeedField } from './sampler-fields';
import { cellOf, exportAxis, valuesOf, type Cell } from './sheet';
import { AxisFields } from './sheet-axis';
import { SheetGrid } from './sheet-grid';
import { resolved, type SheetSetting } from './state';
import type { Stepper } from './stepper';
import { TabFrame } from './tab-frame';

/** Images that stand, by what they were drawn with. */
type Drawn = ReadonlyMap<string, DrawResult>;

export function SheetTab({ stepper }: { stepper: Stepper }) {
  const t = useWords('diffusion');
  const { run, schedule, state, change, device } = stepper;
  const { sheet, walk, seed, at, split, index } = state;
  const source = useImageSource(stepper);
  const dataset = source.dataset?.name;
  const bounds = { total: schedule.steps, snapshots: schedule.snapshots };
  const rows = valuesOf(sheet.rows.setting, sheet.rows.values, bounds);
  const columns = valuesOf(sheet.columns.setting, sheet.columns.values, bounds);
  const same = sheet.rows.setting === sheet.columns.setting;
  const cells = rows && columns && !same ? rows.map((row) => columns.map((column) => cellOf({ ...walk, seed, at }, schedule.steps, { setting: sheet.rows.setting, value: row }, { setting: sheet.columns.setting, value: column }))) : undefined;
  const begins = (cell: Cell) => (cell.start === undefined ? undefined : { dataset, split, index, t: cell.start });
  const argsOf = ({ start: _, ...cell }: Cell, from: ReturnType<typeof begins>) => ({ run, device, n: 1, ...cell, from });
  const keyOf = (cell: Cell): string => JSON.stringify(argsOf(cell, begins(cell)));

  const [drawn, setDrawn] = useState<Drawn>(new Map());
  const [error, setError] = useState<LabError | undefined>(undefined);
  const control = useRef<AbortController | undefined>(undefined);
  const [drawing, setDrawing] = useState(false);
  useEffect(() => () => control.current?.abort(), []);
  const wanted = cells?.flat() ?? [];
  const missing = wanted.filter((cell) => !drawn.has(keyOf(cell)));

  const draw = async (): Promise<void> => {
    control.current?.abort();
    const mine = new AbortController();
    control.current = mine;
    setDrawing(true);
    setError(undefined);
    try {
      const asked = new Set<string>();
      for (const cell of missing) {
        const key = keyOf(cell);
        if (asked.has(key)) continue;
        asked.add(key);
        const result = await lab.diffusion.draw(argsOf(cell, begins(cell)), { signal: mine.signal });
        setDrawn((now) => new Map(now).set(key, result));
      }
    } catch (caught) {
      if (!(caught instanceof LabError)) throw caught;
      if (caught.code !== 'cancelled') setError(caught);
    } finally {
      if (control.current === mine) setDrawing(false);
    }
  };
  const stop = (): void => control.current?.abort();
  const toggle = (): void => (drawing ? stop() : void draw());
  useCommand({ id: 'diffusion.sheet', title: t(drawing ? 'stop' : 'drawSheet'), keys: 'mod+enter', group: t('title'), run: toggle, enabled: drawing || missing.length > 0 });

  const varied = (setting: SheetSetting): boolean => sheet.rows.setting === setting || sheet.columns.setting === setting;
  const starts = varied('start');
  const axes = rows && columns && !same && (!starts || source.dataset) ? { rows: exportAxis(sheet.rows.setting, rows), columns: exportAxis(sheet.columns.setting, columns) } : undefined;
  const offers: ExportOffer[] = axes ? [{ request: { what: 'sheet', run, at, device, ...resolved(walk, schedule.steps), seed, from: starts ? { dataset, split, index, t: 0 } : undefined, ...axes } }] : [];
  /** A cell opens as a walk. */
  const open = ({ start, seed: cellSeed, at: cellAt, ...sampler }: Cell): void =>
    change({ tab: 'denoise', seed: cellSeed, at: cellAt, walk: { ...walk, ...sampler, n: 1, begin: start === undefined ? 'noise' : 'image' }, ...(start !== undefined && { t: start }) });

  return (
    <TabFrame
      aside={
        <>
          <Section title={t('rowsAndColumns')} actions={<ExportButton offers={offers} small />}>
            <AxisFields label={t('rows')} axis={sheet.rows} bounds={bounds} valid={rows !== undefined} error={same ? t('sameSetting') : undefined} onChange={(now) => change({ sheet: { ...sheet, rows: now } })} />
            <AxisFields label={t('columns')} axis={sheet.columns} bounds={bounds} valid={columns !== undefined} error={same ? t('sameSetting') : undefined} onChange={(now) => change({ sheet: { ...sheet, columns: now } })} />
          </Section>
          <Section title={t('allElse')}>
            <SamplerFields total={schedule.steps} value={walk} onChange={(now) => change({ walk: { ...walk, ...now } })} without={[sheet.rows.setting, sheet.columns.setting]} />
            {!varied('seed') && <SeedField value={seed} onChange={(now) => change({ seed: now })} />}
            {starts && <ImageChoice stepper={stepper} />}
            <Button icon={drawing ? Square : Grid3x3} variant={drawing ? 'plain' : 'primary'} onClick={toggle} disabled={!drawing && missing.length === 0}>
              {t(drawing ? 'stop' : 'drawSheet')}
            </Button>
          </Section>
        </>
      }
    >
      {error && <Failed error={error} onRetry={() => void draw()} inline />}
      {starts && !source.dataset ? (
        <MissingImages name={source.name} own={source.own} onLibrary={stepper.openLibrary} />
      ) : !cells || !rows || !columns ? (
        <Empty icon={Grid3x3} title={t('sheetUnclear')} text={t('sheetUnclearText')} />
      ) : missing.length === wanted.length && !drawing ? (
        <Empty
          icon={Grid3x3}
          title={t('sheetEmpty')}
          text={t('sheetEmptyText', { count: wanted.length })}
          action={
            <Button variant="primary" icon={Grid3x3} onClick={() => void draw()}>
              {t('drawSheet')}
            </Button>
          }
        />
      ) : (
        <>
          <SheetGrid
            rows={{ setting: sheet.rows.setting, values: rows }}
            columns={{ setting: sheet.columns.setting, values: columns }}
            imageAt={(row, column) => drawn.get(keyOf(cells[row][column]))}
            shape={schedule.shape}
            onOpen={(row, column) => open(cells[row][column])}
          />
          {drawing && <Progress compact label={t('drawing')} unit={t('imagesUnit')} report={{ phase: 'sheet', done: wanted.length - missing.length, total: wanted.length }} onCancel={stop} />}
        </>
      )}
    </TabFrame>
  );
}
