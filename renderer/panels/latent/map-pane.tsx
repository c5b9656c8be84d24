/** @file The map: points under the pointer, markers over them, a ring that moves the vector, by hand and by keys. */

import { Box, Keyboard, Maximize, Square } from 'lucide-react';
import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { LabError } from '../../../preload/contract/errors';
import type { ImagePlace, LatentMap } from '../../../preload/contract/latents';
import { createPointCloud, type PointCloud } from '../../scene/point-cloud';
import { useCommand } from '../../state/commands';
import { holdsOneImage, takes } from '../../state/drops';
import { useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { IconButton } from '../../widgets/button';
import { classes } from '../../widgets/class-names';
import { Failed } from '../../widgets/failed';
import { Keys } from '../../widgets/kbd';
import { Popover } from '../../widgets/popover';
import { HoverCard } from './hover-card';
import styles from './map-pane.module.css';
import { Markers, type Marker } from './markers';
import { coordinatesOf, extentOf, movedTo } from './plane';
import type { PointColours } from './point-colours';
import type { LatentPoint, Space } from './use-point';

export interface MapPaneProps {
  space: Space;
  map: LatentMap;
  colours: PointColours;
  loss: Float32Array | undefined;
  deep: boolean;
  onDeepChange(deep: boolean): void;
  point: LatentPoint;
  /** Beside the ring and the anchor: ends of a walk, images of one's own. */
  markers: readonly Marker[];
  /** A way on the map, [n][K]. */
  way: readonly (readonly number[])[];
  /** Which step of the way is looked at. */
  wayStep: number;
  /** An image file was dropped. */
  onImage(file: File): void;
  /** Float over the map: controls above, the legend and the note below. */
  above: ReactNode;
  below: ReactNode;
}

/** CSS pixels within which a point is meant. */
const reach = 10;
const clickReach = 4;
/** Of the data's extent, a press of an arrow key. */
const keyStep = 1 / 80;

const shortcuts = [
  { keys: 'left', words: 'keys.move' },
  { keys: 'shift+left', words: 'keys.moveFar' },
  { keys: 'enter', words: 'keys.nearest' },
  { keys: 'esc', words: 'keys.reset' },
  { keys: '-', words: 'keys.zoom' },
  { keys: 'alt+left', words: 'keys.pan' },
  { keys: '0', words: 'keys.fit' },
  { keys: 'd', words: 'keys.deep' },
  { keys: 'a', words: 'keys.from' },
  { keys: 'b', words: 'keys.to' },
  { keys: 'p', words: 'keys.play' },
] as const;

export function MapPane({ space, map, colours, loss, deep, onDeepChange, point, markers, way, wayStep, onImage, above, below }: MapPaneProps) {
  const t = useWords('latent');
  const theme = useSettings((settings) => settings.theme);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [cloud, setCloud] = useState<PointCloud | undefined>(undefined);
  const [failure, setFailure] = useState<LabError | undefined>(undefined);
  const [, setFrame] = useState(0);
  const [hovered, setHovered] = useState<{ index: number; x: number; y: number } | undefined>(undefined);
  const [working, setWorking] = useState(false);
  const [dropping, setDropping] = useState(false);
  const pressed = useRef<{ x: number; y: number } | undefined>(undefined);

  useEffect(() => {
    if (!canvas.current) return;
    try {
      const made = createPointCloud({ canvas: canvas.current, onView: () => setFrame((now) => now + 1), reducedMotion: window.matchMedia('(prefers-reduced-motion: reduce)').matches });
      setCloud(made);
      return () => made.dispose();
    } catch (caught) {
      if (!(caught instanceof LabError)) throw caught;
      setFailure(caught);
    }
  }, []);
  useEffect(() => cloud?.setPoints(map.points, map.rank), [cloud, map]);
  useEffect(() => cloud?.setColours(colours.rgb, colours.front), [cloud, map, colours]);
  useEffect(() => cloud?.setDeep(deep), [cloud, deep]);
  useEffect(() => cloud?.setGround(getComputedStyle(document.documentElement).getPropertyValue('--ground').trim()), [cloud, theme]);

  const here = useMemo(() => coordinatesOf(map, point.z), [map, point.z]);
  const anchored = useMemo(() => coordinatesOf(map, point.anchor.z), [map, point.anchor.z]);
  const extents = useMemo(() => [0, 1, 2].map((k) => (k < map.rank ? extentOf(map, k) : ([0, 0] as const))), [map]);

  const at = (event: { clientX: number; clientY: number }): { x: number; y: number } => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const placeOf = (index: number): ImagePlace => (index < map.splits.train ? { split: 'train', index } : { split: 'test', index: index - map.splits.train });

  const onPointerMove = (event: PointerEvent): void => {
    if (event.buttons !== 0) return setWorking(true);
    const place = at(event);
    const index = cloud?.pick(place, reach);
    setHovered(index === undefined ? undefined : { index, ...place });
  };
  const onPointerDown = (event: PointerEvent): void => {
    pressed.current = at(event);
    setHovered(undefined);
  };
  const onPointerUp = (event: PointerEvent): void => {
    setWorking(false);
    const [from, to] = [pressed.current, at(event)];
    pressed.current = undefined;
    if (!from || event.button !== 0 || Math.hypot(to.x - from.x, to.y - from.y) > clickReach) return;
    const index = cloud?.pick(to, reach);
    if (index !== undefined) point.choose(placeOf(index));
  };

  const dragTo = (event: { clientX: number; clientY: number }): void => {
    const place = cloud?.toPlane(at(event), here[2] ?? 0);
    if (place) point.move(movedTo(map, point.z, place));
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || !cloud) return;
    const arrows: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const arrow = arrows[event.key];
    const nearest = point.distance?.nearest;
    if (arrow && event.altKey) cloud.pan(40 * arrow[0], -40 * arrow[1]);
    else if (arrow) {
      const far = (event.shiftKey ? 5 : 1) * keyStep;
      point.move(movedTo(map, point.z, [0, 1].map((k) => here[k] + arrow[k] * far * (extents[k][1] - extents[k][0])).slice(0, map.rank)));
    } else if (event.key === 'Enter' && nearest) point.choose(nearest);
    else if (event.key === 'Escape') point.reset();
    else if (event.key === '+' || event.key === '=') cloud.zoom(1.25);
    else if (event.key === '-') cloud.zoom(0.8);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  useCommand({ id: 'latent.fit', group: t('window:panel.latent.title'), title: t('keys.fit'), keys: '0', run: () => cloud?.fit() });
  useCommand({ id: 'latent.deep', group: t('window:panel.latent.title'), title: t('keys.deep'), keys: 'd', run: () => onDeepChange(!deep), enabled: map.rank > 2 });
  useCommand({ id: 'latent.reset', group: t('window:panel.latent.title'), title: t('keys.reset'), run: () => point.reset() });

  if (failure) return <Failed error={failure} />;
  return (
    <div
      {...takes.image}
      className={styles['pane']}
      onDragOver={(event) => {
        if (!holdsOneImage(event.dataTransfer)) return;
        event.preventDefault();
        event.stopPropagation();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={(event) => {
        setDropping(false);
        const file = event.dataTransfer.files[0];
        if (!holdsOneImage(event.dataTransfer) || !file) return;
        event.preventDefault();
        event.stopPropagation();
        onImage(file);
      }}
    >
      {/* A map is worked by arrows of its own, as its description says. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div role="application" tabIndex={0} className={styles['stage']} aria-label={t('map.label', { count: t.number(map.labels.length, { maximumFractionDigits: 0 }) })} aria-description={t('map.description')} onKeyDown={onKeyDown}>
        <canvas ref={canvas} className={styles['canvas']} onPointerMove={onPointerMove} onPointerDown={onPointerDown} onPointerUp={onPointerUp} onPointerCancel={() => setWorking(false)} onPointerLeave={() => setHovered(undefined)} />
        {cloud && <Markers cloud={cloud} here={here} anchored={anchored} markers={markers} way={way} wayStep={wayStep} working={setWorking} onDrag={dragTo} />}
      </div>
      {hovered && cloud && <HoverCard space={space} map={map} index={hovered.index} place={placeOf(hovered.index)} loss={loss?.[hovered.index]} x={hovered.x} y={hovered.y} />}
      <div className={classes(styles['floats'], styles['above'], working && styles['away'])}>
        {above}
        <Tools cloud={cloud} deep={deep} canBeDeep={map.rank > 2} onDeepChange={onDeepChange} />
      </div>
      <div className={classes(styles['floats'], styles['below'], working && styles['away'])}>{below}</div>
      {dropping && <div className={styles['drop']}>{t('place.drop')}</div>}
    </div>
  );
}

interface ToolsProps {
  cloud: PointCloud | undefined;
  deep: boolean;
  canBeDeep: boolean;
  onDeepChange(deep: boolean): void;
}

const Tools = memo(function Tools({ cloud, deep, canBeDeep, onDeepChange }: ToolsProps) {
  const t = useWords('latent');
  return (
    <div className={styles['tools']}>
      {canBeDeep && <IconButton icon={deep ? Square : Box} label={t(deep ? 'map.toFlat' : 'map.toDeep')} keys="d" onClick={() => onDeepChange(!deep)} />}
      <IconButton icon={Maximize} label={t('map.fit')} keys="0" onClick={() => cloud?.fit()} />
      <Popover label={t('keys.title')} align="end" trigger={<IconButton icon={Keyboard} label={t('keys.title')} />}>
        <dl className={styles['shortcuts']}>
          {shortcuts.map(({ keys, words }) => (
            <div key={words}>
              <dt>
                <Keys keys={keys} />
              </dt>
              <dd>{t(words)}</dd>
            </div>
          ))}
        </dl>
      </Popover>
    </div>
  );
});
