/** @file What stands over the points: the ring at the vector, its anchor, the ends of a walk and the way between them, images of one's own. */

import { useRef, type PointerEvent } from 'react';
import type { PointCloud } from '../../scene/point-cloud';
import { useWords } from '../../state/words';
import styles from './markers.module.css';

export interface Marker {
  id: string;
  /** On the map, [K]. */
  at: readonly number[];
  /** One sign: A, B, 1. */
  sign: string;
  title: string;
}

export interface MarkersProps {
  cloud: PointCloud;
  here: readonly number[];
  anchored: readonly number[];
  markers: readonly Marker[];
  way: readonly (readonly number[])[];
  /** Which step of the way is looked at. */
  wayStep: number;
  /** Whether the ring is being dragged. */
  working(now: boolean): void;
  onDrag(event: { clientX: number; clientY: number }): void;
}

export function Markers({ cloud, here, anchored, markers, way, wayStep, working, onDrag }: MarkersProps) {
  const t = useWords('latent');
  const held = useRef(false);
  const [ring, anchor] = [cloud.toScreen(here), cloud.toScreen(anchored)];
  const line = way.map((step) => cloud.toScreen(step));
  const apart = Math.hypot(ring.x - anchor.x, ring.y - anchor.y) > 3;
  const end = (event: PointerEvent): void => {
    held.current = false;
    event.currentTarget.releasePointerCapture(event.pointerId);
    working(false);
  };
  return (
    <svg className={styles['markers']} aria-hidden>
      {line.length > 1 && <polyline className={styles['way']} points={line.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />}
      {line.length > 1 && line.map(({ x, y }, step) => <circle key={step} className={styles[step === wayStep ? 'now' : 'step']} cx={x} cy={y} r={step === wayStep ? 6 : 2} />)}
      {apart && <line className={styles['tether']} x1={anchor.x} y1={anchor.y} x2={ring.x} y2={ring.y} />}
      {apart && <circle className={styles['anchor']} cx={anchor.x} cy={anchor.y} r={4} />}
      {markers.map(({ id, at, sign, title }) => {
        const { x, y } = cloud.toScreen(at);
        return (
          <g key={id} transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`} className={styles['flag']}>
            <title>{title}</title>
            <circle r={9} />
            <text y={4}>{sign}</text>
          </g>
        );
      })}
      <g
        className={styles['ring']}
        transform={`translate(${ring.x.toFixed(1)} ${ring.y.toFixed(1)})`}
        onPointerDown={(event) => {
          event.stopPropagation();
          event.currentTarget.setPointerCapture(event.pointerId);
          held.current = true;
          working(true);
        }}
        onPointerMove={(event) => held.current && onDrag(event)}
        onPointerUp={end}
        onPointerCancel={end}
      >
        <title>{t('map.ring')}</title>
        <circle className={styles['grip']} r={18} />
        <circle className={styles['halo']} r={9} />
        <circle className={styles['line']} r={9} />
        <circle className={styles['dot']} r={2} />
      </g>
    </svg>
  );
}
