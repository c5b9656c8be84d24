/** @file The drawing: blocks and what flows between them, moved and zoomed by pointer, wheel and keys. */

import { Maximize } from 'lucide-react';
import { Fragment, useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { DrawingResult, NetworkBlock, NetworkBox } from '../../../preload/contract/network';
import { kindColours, sizeText } from '../../../preload/contract/network';
import { useCommand } from '../../state/commands';
import { useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { labelColour } from '../../theme/colours';
import { IconButton } from '../../widgets/button';
import { classes } from '../../widgets/class-names';
import { useSize } from '../../widgets/device-pixels';
import { fitted, neighbour, showing, zoomed, type Camera, type Direction } from './camera';
import styles from './drawing.module.css';
import { HoverCard } from './hover-card';

export interface DrawingProps {
  drawing: DrawingResult;
  chosen: string | undefined;
  onChoose(block: string | undefined): void;
  /** What one can do, in quiet words. */
  hint: string | undefined;
}

const directions: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
/** CSS pixels: less is a click. */
const dragReach = 4;

export function Drawing({ drawing: { network, layout }, chosen, onChoose, hint }: DrawingProps) {
  const t = useWords('network');
  const stage = useRef<SVGSVGElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const room = useSize(frame);
  const fit = useMemo(() => (room.width > 0 ? fitted(layout, room) : undefined), [layout, room]);
  /** undefined: all of it, however large the panel is. */
  const [moved, setMoved] = useState<Camera | undefined>(undefined);
  const camera = moved ?? fit;
  const [hovered, setHovered] = useState<string | undefined>(undefined);
  const [focused, setFocused] = useState<string | undefined>(undefined);
  const drag = useRef<{ x: number; y: number; camera: Camera; far: boolean } | undefined>(undefined);
  const blocks = useMemo(() => new Map(network.blocks.map((block) => [block.id, block])), [network]);
  useEffect(() => setMoved(undefined), [layout]);

  const newest = useRef(camera);
  newest.current = camera;
  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      if (!newest.current) return;
      const { left, top } = element.getBoundingClientRect();
      // A wheel's notch is about 100, a touchpad's push a few.
      setMoved(zoomed(newest.current, Math.exp(-event.deltaY / 400), event.clientX - left, event.clientY - top));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [camera === undefined]);

  const zoomBy = (by: number): void => {
    if (camera) setMoved(zoomed(camera, by, room.width / 2, room.height / 2));
  };
  const group = t('window:panel.network.title');
  useCommand({ id: 'network.fit', group, title: t('keys.fit'), keys: '0', run: () => setMoved(undefined) });
  useCommand({ id: 'network.closer', group, title: t('keys.closer'), keys: '+ =', run: () => zoomBy(1.25) });
  useCommand({ id: 'network.farther', group, title: t('keys.farther'), keys: '-', run: () => zoomBy(0.8) });

  const entry = layout.boxes.some(({ id }) => id === (focused ?? chosen)) ? (focused ?? chosen) : layout.boxes[0]?.id;
  const goTo = (box: NetworkBox): void => {
    if (camera) setMoved((now) => showing(now ?? camera, box, room));
    setFocused(box.id);
    stage.current?.querySelector<SVGGElement>(`[data-block="${CSS.escape(box.id)}"]`)?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent, box: NetworkBox): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = directions[event.key];
    if (direction) {
      const next = neighbour(layout.boxes, box, direction);
      if (next) goTo(next);
    } else if (event.key === 'Enter' || event.key === ' ') onChoose(box.id === chosen ? undefined : box.id);
    else if (event.key === 'Escape' && chosen !== undefined) onChoose(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || !camera) return;
    drag.current = { x: event.clientX, y: event.clientY, camera, far: false };
  };
  const onPointerMove = (event: PointerEvent): void => {
    const start = drag.current;
    if (!start || event.buttons === 0) return;
    const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
    if (!start.far && Math.hypot(dx, dy) < dragReach) return;
    if (!start.far) stage.current?.setPointerCapture(event.pointerId);
    start.far = true;
    setHovered(undefined);
    setMoved({ ...start.camera, left: start.camera.left - dx / start.camera.zoom, top: start.camera.top - dy / start.camera.zoom });
  };
  const endDrag = (): boolean => {
    const far = drag.current?.far ?? false;
    drag.current = undefined;
    return far;
  };

  const near = hovered ?? focused;
  const hoveredBox = layout.boxes.find(({ id }) => id === hovered);
  return (
    <div ref={frame} className={styles['frame']}>
      {camera && (
        <svg
          ref={stage}
          role="group"
          aria-label={t('drawing', { count: network.blocks.length })}
          className={styles['stage']}
          width={room.width}
          height={room.height}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={endDrag}
          onPointerCancel={endDrag}
          onPointerLeave={() => setHovered(undefined)}
        >
          <g transform={`scale(${camera.zoom}) translate(${-camera.left} ${-camera.top})`}>
            {layout.lines.map(({ from, to, kind, path }) => (
              <path key={`${from}\n${to}`} d={path} data-line={kind} className={classes(styles['line'], styles[kind], near !== undefined && (near === from || near === to) && styles['near'])} />
            ))}
            {layout.boxes.map((box) => (
              <Block
                key={box.id}
                box={box}
                block={blocks.get(box.id)!}
                chosen={box.id === chosen}
                entry={box.id === entry}
                onKeyDown={(event) => onKeyDown(event, box)}
                onClick={() => !drag.current?.far && onChoose(box.id === chosen ? undefined : box.id)}
                onHover={(over) => !drag.current?.far && setHovered(over ? box.id : undefined)}
                onFocus={() => setFocused(box.id)}
                onBlur={() => setFocused(undefined)}
              />
            ))}
            {/* Each block is named in full for those who hear it. */}
            <g aria-hidden className={styles['words']}>
              {layout.boxes.map(({ id, labelX, labelY, labelWidth }) => (
                <Fragment key={id}>
                  <text x={labelX} y={labelY} className={classes(styles['name'], id === chosen && styles['strong'])}>
                    {shortened(blocks.get(id)!.name, labelWidth)}
                  </text>
                  <text x={labelX} y={labelY + 14} className={styles['size']}>
                    {sizeText(blocks.get(id)!.size)}
                  </text>
                </Fragment>
              ))}
            </g>
          </g>
        </svg>
      )}
      {hoveredBox && hovered !== chosen && camera && <HoverCard block={blocks.get(hoveredBox.id)!} box={hoveredBox} camera={camera} room={room} />}
      {hint !== undefined && <p className={styles['below']}>{hint}</p>}
      <div className={styles['corner']}>
        <IconButton icon={Maximize} label={t('keys.fit')} keys="0" onClick={() => setMoved(undefined)} />
      </div>
    </div>
  );
}

interface BlockProps {
  box: NetworkBox;
  block: NetworkBlock;
  chosen: boolean;
  /** Where the Tab key comes in. */
  entry: boolean;
  onKeyDown(event: KeyboardEvent): void;
  onClick(): void;
  onHover(over: boolean): void;
  onFocus(): void;
  onBlur(): void;
}

function Block({ box, block, chosen, entry, onKeyDown, onClick, onHover, onFocus, onBlur }: BlockProps) {
  const t = useWords('network');
  const theme = useSettings((settings) => settings.theme);
  const place = kindColours[block.kind];
  const colour = place === undefined ? undefined : labelColour(place, theme);
  const size = sizeText(block.size);
  return (
    <g
      role="button"
      tabIndex={entry ? 0 : -1}
      aria-label={t('blockLabel', { kind: t(`kind.${block.kind}`), name: block.name, size: size || t(`size.${block.size.kind}`) })}
      aria-pressed={chosen}
      data-block={box.id}
      data-kind={block.kind}
      className={classes(styles['block'], chosen && styles['chosen'])}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onPointerEnter={() => onHover(true)}
      onPointerLeave={() => onHover(false)}
      onFocus={onFocus}
      onBlur={onBlur}
    >
      {/* Words too are hit. */}
      <rect x={box.labelX - Math.max(box.width, box.labelWidth) / 2} y={box.y} width={Math.max(box.width, box.labelWidth)} height={box.height + 34} className={styles['reach']} />
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={3} className={styles['box']} style={colour === undefined ? undefined : { fill: colour, stroke: colour }} />
    </g>
  );
}

/** Its end tells more than its middle. */
function shortened(name: string, width: number): string {
  const most = Math.floor(width / 6.4);
  if (name.length <= most) return name;
  const end = Math.ceil((most - 1) / 2);
  return `${name.slice(0, most - 1 - end)}…${name.slice(-end)}`;
}
