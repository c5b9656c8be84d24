/** @file The explorer of one mapped dataset: the map beside the tools, one vector shared by all of them. */

import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { LabError } from '../../../preload/contract/errors';
import type { LatentMap } from '../../../preload/contract/latents';
import { useAnswer } from '../../link/answer';
import { lab } from '../../link/lab';
import { useCommand } from '../../state/commands';
import type { ExportOffer } from '../../state/exporting';
import { select, useSelection } from '../../state/selection';
import { useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { useSize } from '../../widgets/device-pixels';
import { ExportButton } from '../../widgets/export-button';
import { SegmentedControl } from '../../widgets/segmented-control';
import { Split } from '../../widgets/split';
import { Tabs } from '../../widgets/tabs';
import { AxesTab, axisRange } from './axes-tab';
import { DecodedCard } from './decoded-card';
import styles from './explorer.module.css';
import { GridTab } from './grid-tab';
import { LabelLegend, LossLegend } from './legend';
import { MapNote } from './map-note';
import { MapPane } from './map-pane';
import type { Marker } from './markers';
import { PlacedList, type Placed } from './placed-list';
import { axesPlane, coordinatesOf, isSame, principalPlane } from './plane';
import { labelColours, valueColours } from './point-colours';
import type { LatentState } from './spec';
import { useLatentPoint, type Space } from './use-point';
import { useLoss } from './use-loss';
import { useWalk, type End } from './use-walk';
import { WalkTab } from './walk-tab';

export interface ExplorerProps {
  space: Space;
  map: LatentMap;
  state: LatentState;
  onStateChange(state: LatentState): void;
  visible: boolean;
  /** Which run, which dataset; floats over the map. */
  pickers: ReactNode;
}

/** Of the panel, CSS pixels: below it the tools stand under the map. */
const narrow = 660;
const mostPlaced = 9;

export function Explorer({ space, map, state, onStateChange, visible, pickers }: ExplorerProps) {
  const t = useWords('latent');
  const theme = useSettings((settings) => settings.theme);
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  // State is kept outside: what is set within one turn builds on what was set before.
  const newest = useRef(state);
  newest.current = state;
  const change = (part: Partial<LatentState>): void => {
    newest.current = { ...newest.current, ...part };
    onStateChange(newest.current);
  };

  const changing = useRef(change);
  changing.current = change;

  const chosen = useRef(state.anchor);
  const point = useLatentPoint(space, map, state.anchor, (anchor) => {
    chosen.current = anchor;
    change({ anchor });
    if (anchor) select({ kind: 'image', ...space, ...anchor });
  });
  const selected = useSelection(({ selected: now }) => now);
  useEffect(() => {
    if (selected?.kind !== 'image' || selected.dataset !== space.dataset) return;
    const { split, index } = selected;
    // What was chosen here is selected already.
    if (index >= map.splits[split] || (chosen.current?.split === split && chosen.current.index === index)) return;
    point.choose({ split, index });
  }, [selected]);

  const [only, setOnly] = useState<number | undefined>(undefined);
  const measure = state.colour !== 'label' && map.losses.includes(state.colour) ? state.colour : undefined;
  const loss = useLoss(space, visible ? measure : undefined, map.labels.length);
  const colours = useMemo(
    () => (loss.value && loss.range && measure ? valueColours(loss.value.loss, loss.range, theme) : labelColours(map.labels, theme, only)),
    [loss.value, loss.range, measure, map, theme, only],
  );
  const stats = useAnswer(visible ? JSON.stringify(space) : undefined, (options) => lab.latents.stats(space, options));

  const [ends, setEnds] = useState<{ from?: End; to?: End }>(() => ({
    from: state.walk.from && { place: state.walk.from, id: 'from' },
    to: state.walk.to && { place: state.walk.to, id: 'to' },
  }));
  const count = useRef(0);
  const setEnd = (which: 'from' | 'to'): void => {
    const { place, z } = point.anchor;
    const end: End = place && isSame(point.z, z) ? { place, id: which } : { z: point.z.slice(), image: point.image, id: ++count.current };
    setEnds((now) => ({ ...now, [which]: end }));
    change({ walk: { ...newest.current.walk, [which]: end.place }, tab: 'walk' });
  };
  const walk = useWalk(space, ends.from, ends.to, state.walk, visible && state.tab === 'walk');
  const swap = (): void => {
    setEnds({ from: ends.to, to: ends.from });
    change({ walk: { ...newest.current.walk, from: ends.to?.place, to: ends.from?.place } });
  };

  const plane = useMemo(() => {
    const { along, across, down } = state.grid;
    if (along === 'map' && map.rank > 1) return { ...principalPlane(map, [0, 1]), names: [t('grid.first'), t('grid.second')] as const };
    if (!stats.value || map.latentSize < 2) return undefined;
    const [a, b] = [across ?? stats.value.order[0], down ?? stats.value.order[1]];
    return { ...axesPlane(point.z, [a, b], [axisRange(stats.value, a), axisRange(stats.value, b)]), names: [t('axes.axis', { axis: a }), t('axes.axis', { axis: b })] as const };
  }, [state.grid, map, stats.value, point.z, t]);
  const settled = useSettled(point.z, 250);
  const traversal = { ...space, anchor: { z: settled }, rows: state.grid.size, columns: state.grid.size };
  const grid = useAnswer(plane && visible && state.tab === 'grid' && settled === point.z ? JSON.stringify([space, [...settled], state.grid]) : undefined, (options) => {
    const { directions, across, down } = plane as NonNullable<typeof plane>;
    return lab.latents.traverse({ ...traversal, directions, across, down }, options);
  }, 'keep');

  const [placed, setPlaced] = useState<readonly Placed[]>([]);
  const [placing, setPlacing] = useState<{ busy: boolean; error?: LabError }>({ busy: false });
  const place = async (file: File): Promise<void> => {
    setPlacing({ busy: true });
    try {
      const found = await lab.latents.placeImage({ ...space, name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
      setPlaced((now) => [...now, { ...found, name: file.name, id: ++count.current }].slice(-mostPlaced));
      point.start(found.z);
      setPlacing({ busy: false });
    } catch (caught) {
      if (!(caught instanceof LabError)) throw caught;
      setPlacing({ busy: false, error: caught });
    }
  };

  const group = t('window:panel.latent.title');
  useCommand({ id: 'latent.from', group, title: t('walk.setFrom'), keys: 'a', run: () => setEnd('from') });
  useCommand({ id: 'latent.to', group, title: t('walk.setTo'), keys: 'b', run: () => setEnd('to') });
  useCommand({ id: 'latent.play', group, title: t('keys.play'), keys: 'p', run: () => walk.setPlaying(!walk.playing), enabled: walk.answer.value !== undefined });

  const markers: Marker[] = [
    ...(['from', 'to'] as const).flatMap((which): Marker[] => {
      const { value } = walk.answer;
      if (state.tab !== 'walk' || !value) return [];
      const z = which === 'from' ? value.z.subarray(0, value.latentSize) : value.z.subarray(value.z.length - value.latentSize);
      return [{ id: which, at: coordinatesOf(map, z), sign: which === 'from' ? 'A' : 'B', title: t(`walk.${which}`) }];
    }),
    ...placed.map((one, at) => ({ id: String(one.id), at: coordinatesOf(map, one.z), sign: String(at + 1), title: one.name })),
  ];
  const way = useMemo(() => {
    const { value } = walk.answer;
    if (state.tab !== 'walk' || !value) return [];
    return Array.from({ length: value.z.length / value.latentSize }, (_, step) => coordinatesOf(map, value.z.subarray(step * value.latentSize, (step + 1) * value.latentSize)));
  }, [walk.answer.value, state.tab, map]);

  const offers = (): ExportOffer[] => {
    const made: ExportOffer[] = [{ request: { what: 'decoded', ...space, z: point.z, latentSize: map.latentSize } }];
    const asked = (end: End) => end.place ?? { z: end.z as Float32Array };
    if (ends.from && ends.to) made.push({ request: { what: 'walk', ...space, from: asked(ends.from), to: asked(ends.to), method: state.walk.method, steps: state.walk.steps } });
    if (plane) made.push({ request: { what: 'traversal', ...traversal, anchor: { z: point.z }, directions: plane.directions, across: plane.across, down: plane.down } });
    made.push({ request: { what: 'latentMap', ...space, split: 'all' } }, { request: { what: 'latents', ...space } }, { request: { what: 'reconstructions', ...space, n: Math.min(32, map.splits.test || map.splits.train), split: map.splits.test > 0 ? 'test' : 'train' } });
    // What was made of the walk or the grid is foremost while one looks at it.
    const foremost = { axes: 'decoded', walk: 'walk', grid: 'traversal' }[state.tab];
    return made.sort((a, b) => Number(b.request.what === foremost) - Number(a.request.what === foremost));
  };

  const onDeepChange = useCallback((now: boolean) => changing.current({ deep: now }), []);
  // What floats over the map does not move with the vector.
  const deep = state.deep && map.rank > 2;
  const above = useMemo(
    () => (
      <div className={styles['controls']}>
        {pickers}
        <SegmentedControl
          label={t('colour.by')}
          options={[{ value: 'label', label: t('colour.label') }, ...map.losses.map((one) => ({ value: one, label: t(`colour.${one}`) }))]}
          value={measure ?? 'label'}
          onChange={(colour) => changing.current({ colour: colour as LatentState['colour'] })}
        />
      </div>
    ),
    [pickers, map, measure, t],
  );
  const below = useMemo(
    () => (
      <>
        {measure ? <LossLegend measure={measure} loss={loss} count={map.labels.length} /> : <LabelLegend map={map} only={only} onOnly={setOnly} />}
        <MapNote map={map} deep={deep} />
      </>
    ),
    [measure, loss, map, only, deep],
  );
  const mapSide = (
    <MapPane
      space={space}
      map={map}
      colours={colours}
      loss={measure ? loss.value?.loss : undefined}
      deep={deep}
      onDeepChange={onDeepChange}
      point={point}
      markers={markers}
      way={way}
      wayStep={walk.step}
      onImage={(file) => void place(file)}
      above={above}
      below={below}
    />
  );
  const tools = (
    <div className={styles['tools']}>
      <DecodedCard space={space} map={map} point={point} onFrom={() => setEnd('from')} onTo={() => setEnd('to')} />
      <PlacedList placed={placed} error={placing.error} busy={placing.busy} onRead={() => setPlacing({ busy: false })} onFile={(file) => void place(file)} onTake={({ z }) => point.start(z)} onRemove={({ id }) => setPlaced((now) => now.filter((one) => one.id !== id))} />
      <Tabs
        className={styles['tabs']}
        label={t('tabs')}
        value={state.tab}
        onChange={(tab) => change({ tab })}
        actions={<ExportButton offers={offers} />}
        tabs={[
          { value: 'axes', label: t('axes.title'), content: <div className={styles['tab']}><AxesTab stats={stats} z={point.z} anchor={point.anchor.z} onAxis={point.moveAxis} /></div> },
          {
            value: 'walk',
            label: t('walk.title'),
            content: (
              <div className={styles['tab']}>
                <WalkTab space={space} from={ends.from} to={ends.to} walk={walk} settings={state.walk} onSettings={(settings) => change({ walk: settings })} onSwap={swap} onFrom={() => setEnd('from')} onTo={() => setEnd('to')} onTake={(z) => point.move(z)} />
              </div>
            ),
          },
          {
            value: 'grid',
            label: t('grid.title'),
            content: (
              <div className={styles['tab']}>
                <GridTab map={map} stats={stats.value} plane={plane} answer={grid} settings={state.grid} onSettings={(settings) => change({ grid: settings })} onTake={(z) => point.move(z)} />
              </div>
            ),
          },
        ]}
      />
    </div>
  );
  return (
    <div ref={box} className={styles['explorer']}>
      {width > 0 && <Split label={t('split')} vertical={width < narrow} share={state.share} onShareChange={(share) => change({ share })} limits={[0.25, 0.8]} first={mapSide} second={tools} />}
    </div>
  );
}

/** `value` once it has been the same for `ms`. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), ms);
    return () => window.clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
